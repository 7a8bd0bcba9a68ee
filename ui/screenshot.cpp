#include "ui/screenshot.h"

#include <QCoreApplication>
#include <QPixmap>
#include <QTimer>

#include "core/base/log.h"
#include "ui/main_window.h"
#include "ui/panels/array_panel.h"
#include "ui/widgets/viewport.h"

namespace larmor::ui {

Screenshot::Screenshot(MainWindow& window, ScreenshotPlan plan) : QObject(&window), m_window(window), m_plan(std::move(plan)) {
    auto* tick = new QTimer(this);
    connect(tick, &QTimer::timeout, this, &Screenshot::proceed);
    tick->start(20);
    window.resize(m_plan.size);
}

void Screenshot::proceed() {
    session::Workbench& bench = m_window.workbench();
    if (m_stage == Stage::Running && m_plan.atStep > 0) {
        const session::RunRow* run = bench.runs().running();
        if (run && run->progress.step.step >= m_plan.atStep && run->progress.step.total > 0) return takePicture();
    }
    if (m_stage == Stage::Done || bench.working() || !arraysAreThere()) return;
    if (m_stage == Stage::Opening) {
        m_stage = Stage::Setting;
        return applySettings();
    }
    if (m_stage == Stage::Setting && m_plan.run) {
        m_stage = Stage::Running;
        return m_window.reconstruct();
    }
    takePicture();
}

bool Screenshot::arraysAreThere() const {
    const auto* panel = m_window.findChild<ArrayPanel*>();
    return !m_plan.ofArrays || (panel && (panel->viewport().image() || panel->hasProblem()));
}

void Screenshot::applySettings() {
    session::Workbench& bench = m_window.workbench();
    try {
        if (m_plan.panes > 0) bench.setPaneCount(static_cast<std::size_t>(m_plan.panes));
        if (!m_plan.method.isEmpty()) bench.setMethod(m_plan.method.toStdString());
        if (!m_plan.contrast.isEmpty()) bench.setContrast(m_plan.contrast.toStdString());
        if (!m_plan.device.isEmpty()) bench.setDevice(m_plan.device.toStdString());
        if (!m_plan.mask.isEmpty()) bench.setMask(session::MaskChoice::fromText(m_plan.mask.toStdString()));
        ParamValues values = bench.parameters();
        for (const QString& setting : m_plan.settings) {
            const auto [name, value] = splitAssignment(setting.toStdString());
            values.setFromText(name, value);
        }
        bench.setParameters(values);
    } catch (const Error& error) {
        bench.tell({session::Notice::Kind::Failure, session::Notice::Action::None, error.what(), error.hint()});
        m_plan.run = false;
    }
}

void Screenshot::takePicture() {
    m_stage = Stage::Done;
    if (!m_plan.output.isEmpty()) {
        QEvent leave(QEvent::Leave);  // wherever the pointer is, the picture shows none
        for (Viewport* pane : m_window.findChildren<Viewport*>()) QCoreApplication::sendEvent(pane, &leave);
        auto* arrays = m_window.findChild<QWidget*>(QStringLiteral("dock.arrays"));
        QWidget* shown = m_plan.ofArrays && arrays ? arrays : &m_window;
        if (shown->grab().save(m_plan.output)) log(LogLevel::Info, "ui", "picture written: " + m_plan.output.toStdString());
        else log(LogLevel::Error, "ui", "the picture could not be written to " + m_plan.output.toStdString());
    }
    if (!m_plan.quit) return;
    m_window.workbench().runs().stopAll();
    connect(&m_window, &MainWindow::changed, this, [this] {
        if (!m_window.workbench().runs().busy()) m_window.close();
    });
    if (!m_window.workbench().runs().busy()) m_window.close();
}

}  // namespace larmor::ui
