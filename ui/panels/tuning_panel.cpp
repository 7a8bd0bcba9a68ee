#include "ui/panels/tuning_panel.h"

#include <algorithm>
#include <limits>

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/session/tuning_curve.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/section.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/figures.h"
#include "ui/widgets/param_form.h"

namespace larmor::ui {

QString verdictText(const Tuning& tuning, const QString& label) {
    const QString doubt = QString::fromStdString(tuning.doubt);
    if (!doubt.isEmpty()) return TuningPanel::tr("Cannot tell: %1 stays as it is. %2").arg(label, doubt);
    const bool leaned = session::leaned(tuning);
    const QString verdict = TuningPanel::tr("%1 = %2 predicts %3 held-out %4s of slice %5 best; ")
                          .arg(label, shortFigure(leaned ? tuning.lowest : tuning.value))
                          .arg(tuning.heldOut)
                          .arg(QString::fromStdString(tuning.unit))
                          .arg(tuning.slice + 1);
    if (leaned) return verdict + TuningPanel::tr("%1 is taken, nearer to the recommended value and not clearly worse.").arg(shortFigure(tuning.value));
    const bool flat = tuning.flatLow < tuning.flatHigh;
    return verdict + (flat ? TuningPanel::tr("%1 to %2 are as good.").arg(shortFigure(tuning.flatLow), shortFigure(tuning.flatHigh))
                           : TuningPanel::tr("the values beside it are worse."));
}

TuningPanel::TuningPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_text(dimLabel({}, this)),
      m_curve(new CurvePlot(this)),
      m_close(closeButton(QStringLiteral("tuning.close"), tr("Close the curve of auto-tuning"), tr("Close; the value stays"), this)) {
    setObjectName(QStringLiteral("tuningPanel"));
    m_text->setObjectName(QStringLiteral("tuning.text"));
    m_curve->setObjectName(QStringLiteral("tuning.curve"));
    m_curve->setAccessibleName(tr("Error of the prediction of held-out lines by value"));
    m_curve->setToolTip(
        tr("‖P F S x − y‖ / ‖y‖ over lines that the image was not made from. As good: not worse by more than the standard error."));
    m_curve->setFixedHeight(120);
    connect(m_close, &QPushButton::clicked, this, [this] {
        m_closed = m_workbench.tuning().run;
        showState();
    });
    auto* title = new QHBoxLayout;
    title->addWidget(heading(tr("Auto-tuning"), this), 1);
    title->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(title);
    layout->addWidget(m_curve);
    layout->addWidget(m_text);
    hide();
}

void TuningPanel::addButtons(ParamForm& form) {
    m_buttons.clear();
    for (const std::string& parameter : m_workbench.tunable()) {
        const QString name = QString::fromStdString(parameter);
        auto* made = button(tr("Auto"), QStringLiteral("method.%1.auto").arg(name), {}, &form);
        made->setProperty("tight", true);
        form.placeBeside(parameter, made);
        connect(made, &QPushButton::clicked, this, [this, parameter] { press(parameter); });
        m_buttons[parameter] = made;
    }
    showButtons();
}

void TuningPanel::press(const std::string& parameter) {
    const auto& state = m_workbench.tuning();
    const bool stops = state.working && state.parameter == parameter && state.method == m_workbench.method();
    stops ? m_workbench.stopTuning() : Q_EMIT requested(QString::fromStdString(parameter));
}

void TuningPanel::refresh(session::Changes changes) {
    using namespace session;
    if (!(changes & (kTuningChanged | kQueueChanged | kMethodChanged | kDataChanged))) return;
    showButtons();
    showState();
}

void TuningPanel::showButtons() {
    const auto& state = m_workbench.tuning();
    for (const auto& [parameter, made] : m_buttons) {
        const bool stops = state.working && state.parameter == parameter && state.method == m_workbench.method();
        made->setText(stops ? tr("Stop") : tr("Auto"));
        made->setAccessibleName(stops ? tr("Stop tuning %1").arg(QString::fromStdString(parameter))
                                      : tr("Choose %1 automatically").arg(QString::fromStdString(parameter)));
        made->setToolTip(stops ? tr("Stops; the value stays")
                               : tr("Chooses the value that predicts held-out lines of the measurement best, and reconstructs with it. No "
                                    "reference is needed."));
        made->setEnabled(m_workbench.acquisition() && (stops || !state.working));
    }
}

void TuningPanel::showState() {
    const auto& state = m_workbench.tuning();
    const bool said = state.working || state.result || !state.problem.empty();
    setVisible(said && state.method == m_workbench.method() && state.run != m_closed);
    m_close->setVisible(!state.working);
    m_curve->setVisible(state.result && !state.result->curve.empty());
    const QString label = QString::fromStdString(state.label);
    if (state.result) {
        showCurve(*state.result, label.section(' ', -1));  // "λ" of "Regularisation λ"
        return m_text->setText(verdictText(*state.result, label));
    }
    if (!state.working)
        return m_text->setText(tr("%1 cannot be tuned. %2").arg(label, QString::fromStdString(state.problem + ' ' + state.hint)));
    const session::RunRow* row = m_workbench.runs().row(state.run);
    m_text->setText(tr("Trying values: %1").arg(row ? stateText(*row) : QString()));
}

void TuningPanel::showCurve(const Tuning& tuning, const QString& symbol) {
    std::vector<double> errors, flat;
    QStringList labels;
    for (const TuningPoint& point : tuning.curve) {
        errors.push_back(point.error);
        flat.push_back(tuning.isFlatAt(point.value) ? point.error : std::numeric_limits<double>::quiet_NaN());
        labels << shortFigure(point.value);
    }
    const auto best = std::min_element(errors.begin(), errors.end());
    CurveBand band{{{tr("error"), {}, errors, 0}, {tr("as good"), {}, flat, 1}}, false, false};
    m_curve->setBands({std::move(band)}, {1, 1, 0, symbol, labels});
    m_curve->setCurrent(best == errors.end() ? std::nullopt : std::optional(static_cast<double>(best - errors.begin() + 1)));
}

}  // namespace larmor::ui
