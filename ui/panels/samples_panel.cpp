#include "ui/panels/samples_panel.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/panels/section.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/theme.h"

namespace larmor::ui {

using session::PaneContent;

namespace {

constexpr int kPlotWidth = 180, kLeastPlotHeight = 84;

}  // namespace

SamplesPanel::SamplesPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent), m_workbench(workbench), m_verdict(new QLabel(this)), m_details(dimLabel({}, this)), m_plot(new CurvePlot(this)) {
    setObjectName(QStringLiteral("samplesPanel"));
    m_verdict->setObjectName(QStringLiteral("samples.verdict"));
    m_verdict->setWordWrap(true);
    m_details->setObjectName(QStringLiteral("samples.details"));
    m_plot->setObjectName(QStringLiteral("samples.coverage"));
    m_plot->setAccessibleName(tr("Share of the pixels within intervals of several widths"));
    m_plot->setToolTip(
        tr("Across: the share of the pixels that an interval around the samples' mean is meant to hold (Student's distribution, so that "
           "few samples are "
           "judged fairly). Up: the share that it holds, inside the object. Below the ideal line the samples scatter too little, above it "
           "too much."));
    m_plot->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Ignored);  // as high as the dock
    m_plot->setFixedWidth(kPlotWidth);
    m_plot->setMinimumHeight(kLeastPlotHeight);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(createButtons());
    words->addWidget(m_verdict);
    words->addWidget(m_details);
    words->addStretch(1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 2, 12, 2);
    layout->setSpacing(16);
    layout->addLayout(words, 1);
    layout->addWidget(m_plot);
}

QWidget* SamplesPanel::createButtons() {
    auto* row = new QWidget(this);
    m_mean =
        button(tr("Mean"), QStringLiteral("samples.mean"), tr("The mean of the samples in the framed pane (s turns through all)"), row);
    m_before =
        iconButton(QStringLiteral("chevron-left"), QStringLiteral("samples.before"), tr("Sample before"), tr("Sample before ([)"), row);
    m_sample = button(tr("Sample"), QStringLiteral("samples.sample"), tr("One sample in the framed pane"), row);
    m_next = iconButton(QStringLiteral("chevron-right"), QStringLiteral("samples.next"), tr("Next sample"), tr("Next sample (])"), row);
    m_play = iconButton(QStringLiteral("play"), QStringLiteral("samples.play"), tr("Flick through the samples"),
                        tr("Flick through the samples, four a second (l)"), row);
    m_deviation = button(tr("Deviation"), QStringLiteral("samples.deviation"),
                         tr("The standard deviation of |x| over the samples, on the scale of error maps"), row);
    m_phase = button(tr("Phase spread"), QStringLiteral("samples.phase"),
                     tr("The circular standard deviation of the phase over the samples"), row);
    m_sideBySide =
        button(tr("Side by side"), QStringLiteral("samples.sideBySide"), tr("Mean, sample and deviation in panes of their own"), row);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (QPushButton* each : {m_mean, m_before, m_sample, m_next, m_play, m_deviation, m_phase, m_sideBySide}) {
        layout->addWidget(each);
        each->setProperty("tight", true);
        keepKeysWithImages(each);
    }
    layout->addStretch(1);
    for (QPushButton* each : {m_mean, m_sample, m_deviation, m_phase}) each->setCheckable(true);
    connect(m_mean, &QPushButton::clicked, this, [this] { put(PaneContent::Reconstruction, -1); });
    connect(m_sample, &QPushButton::clicked, this, [this] { put(PaneContent::Reconstruction, 0); });
    connect(m_deviation, &QPushButton::clicked, this, [this] { put(PaneContent::Deviation, -1); });
    connect(m_phase, &QPushButton::clicked, this, [this] { put(PaneContent::PhaseSpread, -1); });
    for (const auto& [arrow, steps] : {std::pair{m_before, -1}, {m_next, 1}})
        connect(arrow, &QPushButton::clicked, this, [this, steps = steps] {
            m_workbench.setFocusedPane(target());
            Q_EMIT stepRequested(steps);
        });
    connect(m_play, &QPushButton::clicked, this, [this] {
        m_workbench.setFocusedPane(target());
        Q_EMIT playRequested(!m_playing);
    });
    connect(m_sideBySide, &QPushButton::clicked, this, [this] { m_workbench.laySamplesOut(); });
    return row;
}

std::size_t SamplesPanel::target() const {
    const auto showsResult = [this](std::size_t pane) {
        const PaneContent content = m_workbench.pane(pane).content;
        return content != PaneContent::Reference && content != PaneContent::CoilMaps && content != PaneContent::Empty;
    };
    const std::size_t focused = m_workbench.focusedPane();
    if (showsResult(focused)) return focused;
    for (std::size_t i = 0; i < m_workbench.paneCount(); ++i)
        if (showsResult(i)) return i;
    return focused;
}

void SamplesPanel::put(PaneContent content, std::int64_t sample) {
    const std::size_t pane = target();
    const session::PaneSamples now = m_workbench.samples(pane);
    if (sample >= 0 && now.shown >= 0) return refresh(session::kPanesChanged);  // it shows one already
    m_workbench.setPaneContent(pane, content, m_workbench.pane(pane).result, sample);
    m_workbench.setFocusedPane(pane);
}

void SamplesPanel::showPlaying(bool playing) {
    m_playing = playing;
    m_play->setIcon(icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    m_play->setAccessibleName(playing ? tr("Stop flicking") : tr("Flick through the samples"));
}

void SamplesPanel::refresh(session::Changes changes) {
    if (!(changes & (session::kPanesChanged | session::kResultsChanged))) return;
    const std::size_t focused = m_workbench.focusedPane();
    const session::PaneSamples samples = m_workbench.samples(focused);
    if (samples.result == 0) return;
    for (QPushButton* each : {m_mean, m_before, m_sample, m_next, m_play, m_deviation, m_phase, m_sideBySide})
        each->setEnabled(samples.count > 0);
    const session::Pane& pane = m_workbench.pane(focused);
    m_mean->setChecked(pane.content == PaneContent::Reconstruction && samples.shown < 0);
    m_sample->setChecked(pane.content == PaneContent::Reconstruction && samples.shown >= 0);
    m_deviation->setChecked(pane.content == PaneContent::Deviation);
    m_phase->setChecked(pane.content == PaneContent::PhaseSpread);
    m_sample->setText(samples.shown < 0 ? tr("Sample") : tr("%1 / %2").arg(samples.shown + 1).arg(samples.count));
    m_sample->setAccessibleName(samples.shown < 0 ? tr("A sample") : tr("Sample %1").arg(m_sample->text()));
    showCheck(samples);
}

void SamplesPanel::showCheck(const session::PaneSamples& samples) {
    m_plot->setVisible(samples.check != nullptr);
    m_details->setVisible(samples.check != nullptr);
    m_verdict->setToolTip(samples.check ? wrapped(tr("%1, slice %2: %3 pixels of the object.")
                                                      .arg(QString::fromStdString(samples.name))
                                                      .arg(samples.slice + 1)
                                                      .arg(samples.check->within.pixels))
                                        : QString());
    if (!samples.check) return m_verdict->setText(QString::fromStdString(samples.noCheck));
    const session::EnsembleCheck& check = *samples.check;
    m_verdict->setText(QString::fromStdString(session::verdictOf(check)));
    m_details->setText(tr("%1: 1.64 deviations hold %2 %, where %3 % are expected of %4 samples. Against %5.")
                           .arg(QString::fromStdString(session::meaningOf(check)))
                           .arg(100 * check.within.fraction, 0, 'f', 0)
                           .arg(100 * check.within.expected, 0, 'f', 0)
                           .arg(samples.count)
                           .arg(QString::fromStdString(samples.reference)));
    std::vector<double> found{0}, ideal{0};
    for (const auto& each : check.coverage) {
        found.push_back(100 * each.found);
        ideal.push_back(100 * each.expected);
    }
    m_plot->setBands({{{{tr("found"), tr("%"), std::move(found), 0}, {tr("ideal"), tr("%"), std::move(ideal), 1}}}},
                     {0, 10, 10, tr("% expected")});
}

}  // namespace larmor::ui
