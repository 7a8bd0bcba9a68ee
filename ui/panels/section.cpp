#include "ui/panels/section.h"

#include <QAbstractButton>
#include <QFormLayout>
#include <QFrame>
#include <QHelpEvent>
#include <QPainter>
#include <QPushButton>
#include <QStyleOption>
#include <QToolTip>

#include "ui/widgets/theme.h"

namespace larmor::ui {

QLabel* heading(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text.toUpper(), parent);
    label->setProperty("role", "section");
    label->setIndent(0);
    label->setAccessibleName(text);
    return label;
}

QLabel* dimLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setProperty("dim", true);
    label->setWordWrap(true);
    return label;
}

QLabel* emptyPlace(const QString& text, const QString& objectName, QWidget* parent) {
    QLabel* label = dimLabel(text, parent);
    label->setObjectName(objectName);
    label->setContentsMargins(12, 8, 12, 8);
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    return label;
}

QLabel* cautionLabel(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setProperty("role", "caution");
    label->setWordWrap(true);
    label->hide();
    return label;
}

QFormLayout* fieldLayout() {
    auto* layout = new QFormLayout;
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(8);
    layout->setVerticalSpacing(6);
    layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    layout->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return layout;
}

void addField(QFormLayout* layout, const QString& name, QWidget* field, int labelWidth) {
    auto* label = new QLabel(name, field->parentWidget());
    label->setProperty("dim", true);
    label->setMinimumWidth(labelWidth);
    label->setBuddy(field);
    layout->addRow(label, field);
}

QWidget* separator(QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setProperty("role", "separator");
    line->setFixedHeight(1);
    return line;
}

QPushButton* button(const QString& text, const QString& objectName, const QString& toolTip, QWidget* parent) {
    auto* made = new QPushButton(text, parent);
    made->setObjectName(objectName);
    made->setToolTip(toolTip);
    made->setAccessibleName(text);
    made->setAccessibleDescription(toolTip);
    keepKeysWithImages(made);
    return made;
}

QPushButton* iconButton(const QString& iconName, const QString& objectName, const QString& name, const QString& toolTip, QWidget* parent) {
    QPushButton* made = button({}, objectName, toolTip, parent);
    made->setAccessibleName(name);
    made->setIcon(icon(iconName));
    made->setProperty("iconOnly", true);
    return made;
}

QPushButton* closeButton(const QString& objectName, const QString& name, const QString& toolTip, QWidget* parent) {
    QPushButton* made = iconButton(QStringLiteral("close"), objectName, name, toolTip, parent);
    made->setIconSize({14, 14});
    made->setFlat(true);
    made->setFixedSize(22, 22);
    return made;
}

void showText(QLabel* label, const QString& text) {
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

void keepKeysWithImages(QWidget* widget) { widget->setFocusPolicy(Qt::TabFocus); }

QString durationText(double seconds) {
    const auto whole = static_cast<long>(seconds + 0.5);
    if (whole < 600) return QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    if (whole < 3600) return QStringLiteral("%1 min").arg(whole / 60);
    return QStringLiteral("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60);
}

QString windowStyle() {
    const auto name = [](const QColor& colour) { return colour.name(); };
    return QStringLiteral(R"(
QLabel[role="section"] { color: %1; font-size: 11px; font-weight: 600; letter-spacing: 0.5px; padding-top: 2px; }
QLabel[role="caution"] { color: %2; }
QLabel[role="failure"] { color: %3; }
QLabel[role="tag"] { color: %2; border: 1px solid %2; border-radius: 3px; padding: 1px 5px; font-size: 11px; }
QFrame[role="separator"] { background: %4; border: none; }
QFrame[role="card"] { background: %5; border: 1px solid %4; border-radius: 6px; }
QFrame[role="banner-failure"] { background: %5; border: none; border-left: 3px solid %3; }
QFrame[role="banner-caution"] { background: %5; border: none; border-left: 3px solid %2; }
QFrame[role="banner-info"] { background: %5; border: none; border-left: 3px solid %6; }
QToolButton#qt_toolbar_ext_button { padding: 0; }
QHeaderView::up-arrow, QHeaderView::down-arrow { width: 0; height: 0; }
QTabBar::tab { padding: 6px 10px; }
QPushButton[iconOnly="true"] { padding: 3px 3px; }
QPushButton[tight="true"] { padding: 3px 6px; }
QStatusBar QLineEdit { min-height: 16px; padding: 1px 6px; }
QPlainTextEdit { background: transparent; border: none; padding: 4px 8px; }
QWidget#imageArea { background: #000000; }
)")
        .arg(name(palette::kDimText), name(palette::kCaution), name(palette::kFailure), name(palette::kLine), name(palette::kRaised),
             name(palette::kAccent));
}

ElidedLabel::ElidedLabel(Qt::TextElideMode mode, QWidget* parent) : QLabel(parent), m_mode(mode) {}

QSize ElidedLabel::minimumSizeHint() const { return {24, QLabel::minimumSizeHint().height()}; }

QSize ElidedLabel::sizeHint() const { return {24, QLabel::sizeHint().height()}; }

bool ElidedLabel::event(QEvent* event) {
    const bool asked = event->type() == QEvent::ToolTip && toolTip().isEmpty();
    if (!asked || fontMetrics().horizontalAdvance(text()) <= width()) return QLabel::event(event);
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
    return true;
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QString shown = fontMetrics().elidedText(text(), m_mode, width());
    style()->drawItemText(&painter, rect(), static_cast<int>(alignment()), QWidget::palette(), isEnabled(), shown, foregroundRole());
}

}  // namespace larmor::ui
