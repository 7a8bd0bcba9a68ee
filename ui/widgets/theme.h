#pragma once
#include <QColor>

class QApplication;
class QIcon;
class QString;

namespace larmor::ui {

/// The palette of the dark theme; colour is never the only sign of anything.
namespace palette {
inline const QColor kImageArea{0x00, 0x00, 0x00};
inline const QColor kPanel{0x1b, 0x1d, 0x21};
inline const QColor kRaised{0x24, 0x27, 0x2d};
inline const QColor kLine{0x33, 0x37, 0x3f};
inline const QColor kText{0xd7, 0xda, 0xe0};
inline const QColor kDimText{0x8b, 0x91, 0x9c};
inline const QColor kAccent{0x4c, 0x9f, 0xfe};
inline const QColor kCaution{0xe0, 0xa3, 0x3a};
inline const QColor kFailure{0xe5, 0x53, 0x4b};
inline const QColor kDone{0x57, 0xab, 0x5a};
}  // namespace palette

/// Fusion with Larmor's palette and style sheet.
void applyTheme(QApplication& app);

/// A monochrome line icon from resources/icons/<name>.svg in the text colour (dimmed when disabled), sharp at every scale.
[[nodiscard]] QIcon icon(const QString& name);

}  // namespace larmor::ui
