#pragma once
#include <QColor>

class QApplication;
class QIcon;
class QString;
class QVariant;
class QWidget;

namespace larmor::ui {

/// The palette of the dark theme; colour is never the only sign of anything.
namespace palette {
inline const QColor kImageArea{0x00, 0x00, 0x00};
inline const QColor kPanel{0x1b, 0x1d, 0x21};
inline const QColor kRaised{0x24, 0x27, 0x2d};
inline const QColor kLine{0x33, 0x37, 0x3f};
inline const QColor kText{0xd7, 0xda, 0xe0};
inline const QColor kDimText{0x8b, 0x91, 0x9c};
inline const QColor kFaintText{0x62, 0x68, 0x73};  ///< disabled
inline const QColor kAccent{0x4c, 0x9f, 0xfe};
inline const QColor kOnAccent{0x0f, 0x11, 0x14};  ///< text and icons on the accent
inline const QColor kCaution{0xe0, 0xa3, 0x3a};
inline const QColor kFailure{0xe5, 0x53, 0x4b};
inline const QColor kDone{0x57, 0xab, 0x5a};
}  // namespace palette

/// Fusion with Larmor's palette and style sheet. The style sheet knows these dynamic properties: `primary` and `framed` on buttons,
/// `dim`, `heading` and `link` on labels, `line` on frames, `wrong` on line edits, `state` ("failed", "done", "paused") on progress bars.
void applyTheme(QApplication& app);

/// Sets a dynamic property that the style sheet looks at, and applies it at once.
void setStyleProperty(QWidget& widget, const char* name, const QVariant& value);

/// Plain text as a tooltip that wraps; empty stays empty.
[[nodiscard]] QString wrapped(const QString& text);

/// A monochrome line icon from resources/icons/<name>.svg in the text colour (dimmed when disabled), sharp at every scale.
[[nodiscard]] QIcon icon(const QString& name);
/// The same in another colour: kOnAccent for primary buttons, kCaution for warnings.
[[nodiscard]] QIcon icon(const QString& name, const QColor& colour);

}  // namespace larmor::ui
