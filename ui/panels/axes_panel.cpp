#include "ui/panels/axes_panel.h"

#include <algorithm>
#include <array>

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/panels/section.h"
#include "ui/widgets/wheel_guard.h"

namespace larmor::ui {

namespace {

struct Meaning { Dim dim; const char* text; };
constexpr std::array<Meaning, 10> kMeanings{{{Dim::Coil, QT_TRANSLATE_NOOP("AxesPanel", "Coils")},
                                             {Dim::Readout, QT_TRANSLATE_NOOP("AxesPanel", "Readout")},
                                             {Dim::Phase, QT_TRANSLATE_NOOP("AxesPanel", "Phase encode")},
                                             {Dim::Slice, QT_TRANSLATE_NOOP("AxesPanel", "Slices")},
                                             {Dim::Partition, QT_TRANSLATE_NOOP("AxesPanel", "Partition encode")},
                                             {Dim::Frame, QT_TRANSLATE_NOOP("AxesPanel", "Frames")},
                                             {Dim::Contrast, QT_TRANSLATE_NOOP("AxesPanel", "Contrasts")},
                                             {Dim::Repetition, QT_TRANSLATE_NOOP("AxesPanel", "Repetitions")},
                                             {Dim::Average, QT_TRANSLATE_NOOP("AxesPanel", "Averages")},
                                             {Dim::Set, QT_TRANSLATE_NOOP("AxesPanel", "Sets")}}};

/// How many values lie along an axis; 0 where the header does not tell: 3D k-space comes as slices along its readout.
std::int64_t sizeOf(const AcquisitionHeader& header, Dim dim) {
    if (dim == Dim::Partition || header.provenance.dims.find(toText(Dim::Partition)) != std::string::npos) return 0;
    if (dim == Dim::Coil) return header.coils;
    if (dim == Dim::Readout) return header.encoded.readout;
    if (dim == Dim::Phase) return header.encoded.phase;
    const auto& all = header.imageDims;
    const auto found = std::find_if(all.begin(), all.end(), [dim](const NamedDim& each) { return each.dim == dim; });
    return found != all.end() ? found->size : 1;
}

std::vector<std::optional<Dim>> meaningsOf(const std::string& dims) {
    std::vector<std::optional<Dim>> all;
    for (const QString& name : QString::fromStdString(dims).split(QLatin1Char(',')))
        all.push_back(name == QLatin1String("-") ? std::nullopt : std::optional(dimFromText(name.toStdString())));
    return all;
}

QString textOf(const std::vector<std::optional<Dim>>& dims) {
    QStringList names;
    for (const auto& dim : dims) names << (dim ? QString::fromStdString(toText(*dim)) : QStringLiteral("-"));
    return names.join(QLatin1Char(','));
}

}  // namespace

AxesPanel::AxesPanel(QWidget* parent)
    : QWidget(parent),
      m_reason(dimLabel({}, this)),
      m_keep(button(tr("That is right"), QStringLiteral("axes.keep"), tr("Keep these axes for this file and for others of its kind"), this)),
      m_forget(button(tr("Guess again"), QStringLiteral("axes.forget"), tr("Forget what was said of files of this kind"), this)) {
    setObjectName(QStringLiteral("axesPanel"));
    m_reason->setObjectName(QStringLiteral("axes.reason"));
    m_reason->setWordWrap(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_keep);
    buttons->addWidget(m_forget);
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_reason);
    m_rows = new QWidget(this);
    layout->addWidget(m_rows);
    layout->addLayout(buttons);
    connect(m_keep, &QPushButton::clicked, this, &AxesPanel::kept);
    connect(m_forget, &QPushButton::clicked, this, &AxesPanel::forgotten);
}

void AxesPanel::showAxes(const AcquisitionHeader& header, bool remembered) {
    const Provenance& origin = header.provenance;
    setVisible(origin.dimsGuessed || remembered);
    if (isHidden()) return;
    const bool asks = origin.dimsGuessed && !remembered;
    m_reason->setText(asks ? tr("The file does not say what its axes are. Guessed: %1. Does the picture look right?").arg(QString::fromStdString(origin.dimsReason))
                           : tr("Files of this kind are read like this, as you said."));
    m_keep->setVisible(asks);
    m_forget->setVisible(remembered);
    m_dims = meaningsOf(origin.dims);
    buildRows(header);
}

void AxesPanel::buildRows(const AcquisitionHeader& header) {
    auto* rows = new QWidget(this);
    auto* grid = new QGridLayout(rows);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    for (std::size_t axis = 0; axis < m_dims.size(); ++axis) {
        const auto size = m_dims[axis] ? sizeOf(header, *m_dims[axis]) : 1;
        if (size == 1 && m_dims.size() > 3) continue;  // says nothing
        const int row = static_cast<int>(axis);
        auto* name = dimLabel(size > 0 ? tr("Axis %1 · %2").arg(axis).arg(size) : tr("Axis %1").arg(axis), rows);
        auto* meaning = new QComboBox(rows);
        meaning->setObjectName(QStringLiteral("axes.meaning.%1").arg(axis));
        meaning->setAccessibleName(tr("Meaning of %1").arg(name->text()));
        for (const Meaning& each : kMeanings) meaning->addItem(tr(each.text), static_cast<int>(each.dim));
        meaning->setCurrentIndex(m_dims[axis] ? meaning->findData(static_cast<int>(*m_dims[axis])) : -1);
        guardWheel(*meaning);
        name->setBuddy(meaning);
        grid->addWidget(name, row, 0);
        grid->addWidget(meaning, row, 1);
        connect(meaning, &QComboBox::activated, this, [this, axis, meaning] { choose(axis, static_cast<Dim>(meaning->currentData().toInt())); });
    }
    layout()->replaceWidget(m_rows, rows);
    m_rows->deleteLater();
    m_rows = rows;
}

/// An axis that had this meaning takes the other's: each stays the only one of its kind.
void AxesPanel::choose(std::size_t axis, Dim meaning) {
    if (m_dims[axis] == meaning) return;
    const auto other = std::find(m_dims.begin(), m_dims.end(), std::optional(meaning));
    if (other != m_dims.end()) *other = m_dims[axis];
    m_dims[axis] = meaning;
    Q_EMIT dimsChosen(textOf(m_dims));
}

}  // namespace larmor::ui
