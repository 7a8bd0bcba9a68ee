#pragma once
// Small shared pieces of the docks: headings, rows of a label and a field, text that elides.

#include <QLabel>
#include <QString>

class QFormLayout;
class QPushButton;

namespace larmor::ui {

/// "MASK": a dim caption above a group of fields.
[[nodiscard]] QLabel* heading(const QString& text, QWidget* parent = nullptr);
/// Secondary text.
[[nodiscard]] QLabel* dimLabel(const QString& text = {}, QWidget* parent = nullptr);
/// What an empty list says in its place.
[[nodiscard]] QLabel* emptyPlace(const QString& text, const QString& objectName, QWidget* parent);
/// Text that warns: amber, wraps, starts hidden.
[[nodiscard]] QLabel* cautionLabel(QWidget* parent = nullptr);
[[nodiscard]] QFormLayout* fieldLayout();
/// A row of a dim label and its field.
void addField(QFormLayout* layout, const QString& name, QWidget* field, int labelWidth = 56);
/// A thin line between groups.
[[nodiscard]] QWidget* separator(QWidget* parent = nullptr);
[[nodiscard]] QPushButton* button(const QString& text, const QString& objectName, const QString& toolTip, QWidget* parent = nullptr);
/// A button that is its icon; `name` is its accessible name. It takes 28 pixels, a closing cross in a corner less.
[[nodiscard]] QPushButton* iconButton(const QString& iconName, const QString& objectName, const QString& name, const QString& toolTip,
                                      QWidget* parent);
[[nodiscard]] QPushButton* closeButton(const QString& objectName, const QString& name, const QString& toolTip, QWidget* parent);
/// Sets text and shows the label only if there is some.
void showText(QLabel* label, const QString& text);
/// For combo boxes and buttons: reached by Tab, but a click leaves the keys with the images.
void keepKeysWithImages(QWidget* widget);
/// "0:24", "3 min", "2 h 5 min"
[[nodiscard]] QString durationText(double seconds);
/// What the theme does not know of: the window's own style sheet.
[[nodiscard]] QString windowStyle();

/// One line that shows "…" where it does not fit, with the whole text as its tooltip.
class ElidedLabel : public QLabel {
public:
    explicit ElidedLabel(Qt::TextElideMode mode = Qt::ElideMiddle, QWidget* parent = nullptr);
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    Qt::TextElideMode m_mode;
};

}  // namespace larmor::ui
