#include "ui/widgets/theme.h"

#include <QApplication>
#include <QFile>
#include <QFont>
#include <QHash>
#include <QPalette>
#include <QRegularExpression>
#include <QStyle>
#include <QStyleFactory>
#include <QToolTip>
#include <QVariant>
#include <QWidget>

// The resources sit in a static library: the linker keeps them only if they are asked for by name, outside any namespace.
static void initResources() { Q_INIT_RESOURCE(resources); }

namespace larmor::ui {

namespace {

constexpr int kBaseFontPixels = 13;

QPalette darkPalette() {
    using namespace palette;
    QPalette colours(kText, kRaised, kLine, kPanel, kDimText, kText, kText, kPanel, kPanel);
    colours.setColor(QPalette::AlternateBase, kRaised);
    colours.setColor(QPalette::ToolTipBase, kRaised);
    colours.setColor(QPalette::ToolTipText, kText);
    colours.setColor(QPalette::Highlight, kAccent);
    colours.setColor(QPalette::HighlightedText, kOnAccent);
    colours.setColor(QPalette::Link, kAccent);
    colours.setColor(QPalette::LinkVisited, kAccent);
    colours.setColor(QPalette::PlaceholderText, kDimText);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) colours.setColor(QPalette::Disabled, role, kFaintText);
    return colours;
}

/// The style sheet with its @names replaced by colours.
QString styleSheet() {
    using namespace palette;
    const QHash<QString, QString> names{
        {"panel", kPanel.name()},       {"raised", kRaised.name()},    {"line", kLine.name()},        {"text", kText.name()},
        {"dim", kDimText.name()},       {"faint", kFaintText.name()},  {"accent", kAccent.name()},    {"onAccent", kOnAccent.name()},
        {"caution", kCaution.name()},   {"failure", kFailure.name()},  {"done", kDone.name()},        {"hover", "#2d3139"},
        {"checked", "#20334d"},         {"accentDim", "#3a7fd0"},      {"accentHover", "#72b4ff"},    {"selection", "#28415f"},
        {"wrong", "#35211f"},           {"scroll", "#42474f"}};
    QFile file(":/larmor/style/larmor.qss");
    const QString source = file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    static const QRegularExpression name("@([A-Za-z]+)");
    QString sheet;
    qsizetype copied = 0;
    for (auto found = name.globalMatch(source); found.hasNext();) {
        const auto match = found.next();
        sheet += source.mid(copied, match.capturedStart() - copied) + names.value(match.captured(1));
        copied = match.capturedEnd();
    }
    return sheet + source.mid(copied);
}

}  // namespace

void applyTheme(QApplication& app) {
    initResources();
    app.setStyle(QStyleFactory::create("Fusion"));
    app.setPalette(darkPalette());
    QToolTip::setPalette(darkPalette());
    QFont font = app.font();
    font.setPixelSize(kBaseFontPixels);
    app.setFont(font);
    app.setStyleSheet(styleSheet());
}

QString wrapped(const QString& text) {
    return text.isEmpty() ? QString() : "<qt>" + text.toHtmlEscaped() + "</qt>";
}

void setStyleProperty(QWidget& widget, const char* name, const QVariant& value) {
    if (widget.property(name) == value) return;
    widget.setProperty(name, value);
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
    widget.update();
}

}  // namespace larmor::ui
