#include "ui/panels/frame_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>

#include "core/base/data/series.h"
#include "ui/panels/section.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/wheel_guard.h"

namespace larmor::ui {

namespace {
constexpr int kUsualRate = 10, kLargestRate = 60, kSecond = 1000;
}

FrameRow::FrameRow(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_slider(new QSlider(Qt::Horizontal, this)),
      m_number(new QLabel(this)),
      m_play(iconButton(QStringLiteral("play"), QStringLiteral("data.play"), tr("Play the frames"), tr("Play the frames, or stop (C)"), this)),
      m_rate(new QSpinBox(this)) {
    m_slider->setObjectName(QStringLiteral("data.frameSlider"));
    m_slider->setAccessibleName(tr("Frame"));
    m_number->setObjectName(QStringLiteral("data.frame"));
    m_rate->setObjectName(QStringLiteral("data.frameRate"));
    m_rate->setAccessibleName(tr("Frames a second"));
    m_rate->setToolTip(tr("Frames a second"));
    m_rate->setRange(1, kLargestRate);
    m_rate->setValue(kUsualRate);
    m_rate->setSuffix(tr(" /s"));
    m_rate->setButtonSymbols(QAbstractSpinBox::NoButtons);
    guardWheel(*m_rate);
    keepKeysWithImages(m_play);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_slider, 1);
    row->addWidget(m_number);
    row->addWidget(m_play);
    row->addWidget(m_rate);
    connect(m_slider, &QSlider::valueChanged, this, [this](int frame) { show(frame); });
    connect(m_play, &QPushButton::clicked, this, [this] { setPlaying(!playing()); });
    connect(m_rate, &QSpinBox::valueChanged, this, [this](int rate) { m_clock.setInterval(kSecond / rate); });
    connect(&m_clock, &QTimer::timeout, this, [this] { step(1); });
    m_clock.setInterval(kSecond / kUsualRate);
}

bool FrameRow::hasFrames() const {
    const auto& acquisition = m_workbench.acquisition();
    return acquisition && frameCount(acquisition->header()) > 1;
}

void FrameRow::refresh() {
    if (!hasFrames()) return setPlaying(false);
    const AcquisitionHeader& header = m_workbench.acquisition()->header();
    const auto frame = frameOf(header, m_workbench.slice()), count = frameCount(header);
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(0, static_cast<int>(count) - 1);
    m_slider->setValue(static_cast<int>(frame));
    m_number->setText(tr("%1 of %2").arg(frame + 1).arg(count));
}

void FrameRow::step(int frames) {
    if (!hasFrames()) return;
    const AcquisitionHeader& header = m_workbench.acquisition()->header();
    const auto count = frameCount(header);
    show(((frameOf(header, m_workbench.slice()) + frames) % count + count) % count);
}

void FrameRow::setPlaying(bool playing) {
    playing = playing && hasFrames();
    if (playing == m_clock.isActive()) return;
    playing ? m_clock.start() : m_clock.stop();
    m_play->setIcon(icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
}

void FrameRow::show(std::int64_t frame) {
    if (!hasFrames()) return;
    m_workbench.setSlice(framesOfPlace(m_workbench.acquisition()->header(), m_workbench.slice()).at(static_cast<std::size_t>(frame)));
}

}  // namespace larmor::ui
