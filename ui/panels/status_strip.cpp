#include "ui/panels/status_strip.h"

#include <fstream>

#include <QDoubleValidator>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

#include <unistd.h>

#include "ui/panels/queue_panel.h"
#include "ui/panels/section.h"

namespace larmor::ui {

namespace {

/// Resident memory of this process in bytes; 0 where the system does not say.
double residentBytes() {
    std::ifstream file("/proc/self/statm");
    double total = 0, resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

QLineEdit* numberEdit(const QString& objectName, const QString& name, const QString& toolTip, QWidget* parent) {
    auto* edit = new QLineEdit(parent);
    edit->setObjectName(objectName);
    edit->setAccessibleName(name);
    edit->setToolTip(toolTip);
    edit->setValidator(new QDoubleValidator(edit));
    edit->setFixedWidth(84);
    edit->setFocusPolicy(Qt::ClickFocus);
    return edit;
}

}  // namespace

StatusStrip::StatusStrip(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_probe(new ElidedLabel(Qt::ElideRight, this)),
      m_window(numberEdit(QStringLiteral("status.window"), tr("Window"), tr("Width of the window of the framed pane, in its units. Drag with the middle button, or type."), this)),
      m_level(numberEdit(QStringLiteral("status.level"), tr("Level"), tr("Middle of the window of the framed pane, in its units"), this)),
      m_memory(new QLabel(this)),
      m_run(new QLabel(this)) {
    setObjectName(QStringLiteral("statusStrip"));
    m_probe->setObjectName(QStringLiteral("status.probe"));
    m_memory->setObjectName(QStringLiteral("status.memory"));
    m_memory->setToolTip(tr("Memory this program holds"));
    m_memory->setProperty("dim", true);
    m_run->setObjectName(QStringLiteral("status.run"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 2, 12, 2);
    row->setSpacing(8);
    row->addWidget(m_probe, 1);
    row->addWidget(m_run);
    row->addSpacing(16);
    row->addWidget(dimLabel(tr("Window"), this));
    row->addWidget(m_window);
    row->addWidget(dimLabel(tr("Level"), this));
    row->addWidget(m_level);
    row->addSpacing(16);
    row->addWidget(m_memory);
    connect(m_window, &QLineEdit::editingFinished, this, &StatusStrip::takeTyped);
    connect(m_level, &QLineEdit::editingFinished, this, &StatusStrip::takeTyped);
    connect(&m_memoryTimer, &QTimer::timeout, this, &StatusStrip::showMemory);
    m_memoryTimer.start(2000);
    showMemory();
    showProbe({});
}

void StatusStrip::showMemory() { m_memory->setText(tr("%1 GB").arg(residentBytes() / 1e9, 0, 'f', 2)); }

QString StatusStrip::valueText(const ProbeInfo& info, std::size_t pane) const {
    const QString value = tr("|x| %1 · ∠ %2 rad").arg(info.magnitude, 0, 'g', 4).arg(info.phase, 0, 'f', 2);
    const auto scatter = m_workbench.scatterAt(pane, info.row, info.column);
    if (!scatter) return value;
    const QString deviation = QString::number(scatter->deviation, 'g', 3);
    if (m_workbench.pane(pane).content == session::PaneContent::Reconstruction) return value + tr(" · deviation %1").arg(deviation);
    const QString mean = tr("mean |x| %1").arg(scatter->mean, 0, 'g', 4);
    if (m_workbench.pane(pane).content == session::PaneContent::PhaseSpread) return mean + tr(" · phase spread %1 rad").arg(scatter->phaseSpread, 0, 'f', 2);
    const QString share = scatter->mean > 0 ? tr(" (%1 %)").arg(100 * scatter->deviation / scatter->mean, 0, 'f', 1) : QString();
    return mean + tr(" · deviation %1").arg(deviation) + share;
}

void StatusStrip::showProbe(const ProbeInfo& info, std::size_t pane) {
    if (!info.inside) return m_probe->setText(tr("Research use only. Not for diagnosis or treatment."));
    QString text = tr("row %1 · column %2 · slice %3").arg(info.row + 1).arg(info.column + 1).arg(m_workbench.slice() + 1);
    const auto& acquisition = m_workbench.acquisition();
    if (acquisition && acquisition->header().geometry.pixel) {
        const PixelSize& pixel = *acquisition->header().geometry.pixel;
        text += tr("     %1, %2 mm").arg(static_cast<double>(info.row) * pixel.readoutMm, 0, 'f', 1).arg(static_cast<double>(info.column) * pixel.phaseMm, 0, 'f', 1);
    }
    m_probe->setText(text + QStringLiteral("     ") + valueText(info, pane));
}

void StatusStrip::showWindow(double window, double level) {
    if (!m_window->hasFocus()) m_window->setText(QString::number(window, 'g', 4));
    if (!m_level->hasFocus()) m_level->setText(QString::number(level, 'g', 4));
}

void StatusStrip::takeTyped() {
    bool windowRight = false, levelRight = false;
    const double window = m_window->text().toDouble(&windowRight), level = m_level->text().toDouble(&levelRight);
    if (windowRight && levelRight && window > 0) Q_EMIT windowTyped(window, level);
}

void StatusStrip::refresh(session::Changes changes) {
    if (!(changes & session::kQueueChanged)) return;
    const session::RunRow* run = m_workbench.runs().running();
    m_run->setText(run ? QString::fromStdString(run->name).section(QStringLiteral(" · "), 0, 0) + QStringLiteral(" · ") + stateText(*run) : QString());
}

}  // namespace larmor::ui
