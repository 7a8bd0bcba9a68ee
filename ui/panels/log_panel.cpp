#include "ui/panels/log_panel.h"

#include "ui/widgets/theme.h"

namespace larmor::ui {

LogPanel::LogPanel(QWidget* parent) : QPlainTextEdit(parent) {
    constexpr int kKeptLines = 5000;
    setObjectName(QStringLiteral("log.text"));
    setAccessibleName(tr("Log"));
    setReadOnly(true);
    setMaximumBlockCount(kKeptLines);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::ClickFocus);
    setPlaceholderText(tr("What happens is written here."));
    m_sink = addLogSink([this](const LogLine& line) { QMetaObject::invokeMethod(this, [this, line] { add(line); }, Qt::QueuedConnection); });
}

LogPanel::~LogPanel() { removeLogSink(m_sink); }

void LogPanel::add(const LogLine& line) {
    QString level;
    QColor colour = palette::kText;
    if (line.level == LogLevel::Warning) {
        level = tr("warning  ");
        colour = palette::kCaution;
    } else if (line.level == LogLevel::Error) {
        level = tr("error  ");
        colour = palette::kFailure;
    }
    const QString text = QString::fromStdString(line.text).toHtmlEscaped();
    appendHtml(QStringLiteral("<span style='color:%1'>%2  %3</span>&nbsp; <span style='color:%4'>%5%6</span>")
                   .arg(palette::kDimText.name(), QString::fromStdString(line.time), QString::fromStdString(line.category), colour.name(), level, text));
}

}  // namespace larmor::ui
