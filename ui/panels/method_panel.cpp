#include "ui/panels/method_panel.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

#include "core/base/steering.h"
#include "core/session/engine_host.h"
#include "ui/panels/prior_panel.h"
#include "ui/panels/section.h"
#include "ui/panels/steering_panel.h"
#include "ui/panels/tuning_panel.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/param_form.h"

namespace larmor::ui {

MethodPanel::MethodPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_method(new QComboBox(this)),
      m_summary(dimLabel({}, this)),
      m_prior(new PriorPanel(workbench, this)),
      m_form(new ParamForm(QStringLiteral("method"), this)),
      m_tuning(new TuningPanel(workbench, this)),
      m_steering(new SteeringPanel(workbench, this)),
      m_curveHeading(heading(tr("Convergence"), this)),
      m_curve(new CurvePlot(this)),
      m_curveText(dimLabel({}, this)) {
    setObjectName(QStringLiteral("methodPanel"));
    m_method->setObjectName(QStringLiteral("method.list"));
    m_method->setAccessibleName(tr("Reconstruction method"));
    keepKeysWithImages(m_method);
    m_summary->setObjectName(QStringLiteral("method.summary"));
    m_curve->setObjectName(QStringLiteral("method.curve"));
    m_curve->setAccessibleName(tr("Relative residual of each step"));
    m_curve->setToolTip(tr("‖A x − y‖ / ‖y‖ after each step, on a logarithmic axis"));
    m_curve->setFixedHeight(140);
    m_curveText->setObjectName(QStringLiteral("method.curveText"));
    for (const PluginManifest* manifest : m_workbench.methods())
        m_method->addItem(QString::fromStdString(manifest->name), QString::fromStdString(manifest->id));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_method);
    layout->addWidget(m_summary);
    layout->addWidget(m_prior);
    layout->addWidget(m_form);
    layout->addWidget(m_tuning);
    layout->addSpacing(8);
    layout->addWidget(separator(this));
    layout->addSpacing(4);
    layout->addWidget(m_steering);
    layout->addWidget(m_curveHeading);
    layout->addWidget(m_curve);
    layout->addWidget(m_curveText);
    layout->addStretch(1);
    connect(m_method, &QComboBox::activated, this, [this] { m_workbench.setMethod(m_method->currentData().toString().toStdString()); });
    connect(m_tuning, &TuningPanel::requested, this, &MethodPanel::tuningRequested);
    connect(m_form, &ParamForm::edited, this, &MethodPanel::take);
    showMethod();
}

QString MethodPanel::firstProblem() const { return m_form->firstProblem(); }

/// What is edited holds for the next run, and from its next step on for the run that is steered with this method.
void MethodPanel::take() {
    if (m_formOf.toStdString() != m_workbench.method() || !m_form->firstProblem().isEmpty()) return;
    const auto before = m_workbench.parameters().toJson(), now = m_form->values().toJson();
    m_workbench.setParameters(m_form->values());
    const auto* steered = m_workbench.steeredRequest();
    if (!steered || steered->method != m_workbench.method() || !m_workbench.steering()) return;
    auto changes = nlohmann::json::object();
    for (const auto& [name, value] : now.items())
        if (before.at(name) != value && changesInMidRun(name)) changes[name] = value;
    if (!changes.empty()) m_workbench.steer(changes);
}

void MethodPanel::refresh(session::Changes changes) {
    if (changes & session::kMethodChanged) showMethod();
    m_prior->refresh(changes);
    m_tuning->refresh(changes);
    m_steering->refresh(changes);
    if (changes & (session::kMethodChanged | session::kQueueChanged | session::kResultsChanged | session::kSteeringChanged)) showCurve();
}

void MethodPanel::showMethod() {
    const QString id = QString::fromStdString(m_workbench.method());
    if (id.isEmpty()) return showText(m_summary, tr("No method plugins were found. The log says where they were looked for."));
    if (m_formOf == id) {
        if (m_form->values().toJson() != m_workbench.parameters().toJson()) m_form->setValues(m_workbench.parameters());
        return;
    }
    m_formOf = id;
    m_method->setCurrentIndex(m_method->findData(id));
    const PluginManifest& manifest = session::plugins().method(id.toStdString());
    QString summary = QString::fromStdString(manifest.summary);
    if (!manifest.reference.empty()) summary += QStringLiteral("  [%1]").arg(QString::fromStdString(manifest.reference));
    showText(m_summary, summary);
    m_form->setSpecs(manifest.params);
    m_tuning->addButtons(*m_form);
    m_form->setValues(m_workbench.parameters());
    m_form->setVisible(!manifest.params.empty());
}

void MethodPanel::showCurve() {
    const bool steered = m_workbench.steering() != nullptr;  // its own curves say more
    for (QWidget* part : std::initializer_list<QWidget*>{m_curveHeading, m_curve, m_curveText}) part->setVisible(!steered);
    if (steered) return;
    const std::vector<double> curve = m_workbench.residualCurve();
    if (curve.empty()) {
        m_curve->hide();
        const bool running = m_workbench.runs().running() != nullptr;
        return showText(m_curveText, running ? tr("No residual has been reported yet.") : tr("The residual of an iterative method is drawn here as it runs."));
    }
    m_curve->show();
    m_curve->setCurve({tr("residual"), {}, curve}, {1, 1, 0, tr("step")}, true);
    const auto done = std::count_if(curve.begin(), curve.end(), [](double value) { return !std::isnan(value); });
    showText(m_curveText, tr("Residual %1 after step %2").arg(curve[static_cast<std::size_t>(done - 1)], 0, 'g', 3).arg(done));
}

}  // namespace larmor::ui
