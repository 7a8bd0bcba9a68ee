#include "ui/panels/data_panel.h"

#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>

#include "ui/panels/axes_panel.h"
#include "ui/panels/frame_row.h"
#include "ui/panels/section.h"
#include "ui/widgets/wheel_guard.h"

namespace larmor::ui {

namespace {

ElidedLabel* fact(const QString& objectName, QWidget* parent) {
    auto* label = new ElidedLabel(Qt::ElideRight, parent);
    label->setObjectName(objectName);
    return label;
}

}  // namespace

DataPanel::DataPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_file(new ElidedLabel(Qt::ElideMiddle, this)),
      m_simulated(new QLabel(tr("simulated"), this)),
      m_empty(dimLabel(tr("Nothing is open. Drop a k-space file here, or open one."), this)) {
    m_facts = createFacts();
    setObjectName(QStringLiteral("dataPanel"));
    m_file->setObjectName(QStringLiteral("data.file"));
    m_simulated->setObjectName(QStringLiteral("data.simulated"));
    m_simulated->setProperty("role", "tag");
    auto* open = iconButton(QStringLiteral("open"), QStringLiteral("data.open"), tr("Open"), tr("Open a k-space file (Ctrl+O)"), this);
    auto* fileRow = new QHBoxLayout;
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(m_simulated, 0, Qt::AlignVCenter);
    fileRow->addWidget(m_empty, 1);
    fileRow->addWidget(open, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(fileRow);
    layout->addWidget(m_facts);
    connect(open, &QPushButton::clicked, this, &DataPanel::openRequested);
    m_simulated->hide();
    m_facts->hide();
}

QWidget* DataPanel::createFacts() {
    auto* facts = new QWidget(this);
    m_sliceSlider = new QSlider(Qt::Horizontal, facts);
    m_sliceSlider->setObjectName(QStringLiteral("data.sliceSlider"));
    m_sliceSlider->setAccessibleName(tr("Slice"));
    m_slice = new QSpinBox(facts);
    m_slice->setObjectName(QStringLiteral("data.slice"));
    m_slice->setAccessibleName(tr("Slice number"));
    m_slice->setKeyboardTracking(false);
    m_slice->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_slice->setMinimumWidth(84);
    auto* sliceWidget = new QWidget(facts);
    auto* sliceRow = new QHBoxLayout(sliceWidget);
    sliceRow->setContentsMargins(0, 0, 0, 0);
    sliceRow->addWidget(m_sliceSlider, 1);
    sliceRow->addWidget(m_slice);
    m_dims = new QLineEdit(facts);
    m_dims->setObjectName(QStringLiteral("data.dims"));
    m_dims->setAccessibleName(tr("Order of the file's axes"));
    m_axes = new AxesPanel(facts);
    m_matrix = fact(QStringLiteral("data.matrix"), facts);
    m_encoded = fact(QStringLiteral("data.encoded"), facts);
    m_pixel = fact(QStringLiteral("data.pixel"), facts);
    m_coils = fact(QStringLiteral("data.coils"), facts);
    m_format = fact(QStringLiteral("data.format"), facts);
    m_notes = dimLabel({}, facts);
    m_notes->setObjectName(QStringLiteral("data.notes"));
    createReference(facts);
    m_frames = new FrameRow(m_workbench, facts);
    auto* form = m_form = fieldLayout();
    addField(form, tr("Slice"), sliceWidget);
    addField(form, tr("Frame"), m_frames);
    addField(form, tr("Matrix"), m_matrix);
    addField(form, tr("Encoded"), m_encoded);
    addField(form, tr("Pixel"), m_pixel);
    addField(form, tr("Coils"), m_coils);
    addField(form, tr("Format"), m_format);
    addField(form, tr("Reference"), m_reference);
    addField(form, tr("Dims"), m_dims);
    form->addRow(m_axes);
    form->addRow(m_notes);
    facts->setLayout(form);
    connect(m_sliceSlider, &QSlider::valueChanged, this, [this](int value) { m_workbench.setSlice(value); });
    connect(m_slice, &QSpinBox::valueChanged, this, [this](int value) { m_workbench.setSlice(value - 1); });
    connect(m_dims, &QLineEdit::returnPressed, this, [this] {
        const QString dims = m_dims->text().simplified().remove(QLatin1Char(' '));
        dims.isEmpty() ? m_workbench.keepAxes(false) : m_workbench.readAxesAs(dims.toStdString());
    });
    connect(m_axes, &AxesPanel::dimsChosen, this, [this](const QString& dims) { m_workbench.readAxesAs(dims.toStdString()); });
    connect(m_axes, &AxesPanel::kept, this, [this] { m_workbench.keepAxes(true); });
    connect(m_axes, &AxesPanel::forgotten, this, [this] { m_workbench.keepAxes(false); });
    return facts;
}

void DataPanel::createReference(QWidget* facts) {
    m_reference = new QComboBox(facts);
    m_reference->setObjectName(QStringLiteral("data.reference"));
    m_reference->setAccessibleName(tr("Combination of the reference"));
    m_reference->setToolTip(tr("How the coils of fully sampled data become the reference image.\nRSS: root of the sum of squares. MVUE: weighted by the coil maps.\n"
                               "Data that was accelerated when acquired has SENSE of all acquired samples instead."));
    m_reference->addItem(tr("RSS"), static_cast<int>(Combination::Rss));
    m_reference->addItem(tr("MVUE"), static_cast<int>(Combination::Mvue));
    guardWheel(*m_reference);
    connect(m_reference, &QComboBox::activated, this,
            [this] { m_workbench.setReferenceCombination(static_cast<Combination>(m_reference->currentData().toInt())); });
}

void DataPanel::refresh(session::Changes changes) {
    const auto& acquisition = m_workbench.acquisition();
    if (changes & session::kDataChanged) {
        m_empty->setText(m_workbench.opening() ? tr("Opening …") : tr("Nothing is open. Drop a k-space file here, or open one."));
        m_empty->setVisible(!acquisition || m_workbench.opening());
        m_facts->setVisible(acquisition != nullptr);
        m_file->setVisible(acquisition != nullptr);
        m_simulated->setVisible(acquisition && acquisition->header().provenance.simulated);
        if (acquisition) showHeader(acquisition->header());
    }
    m_reference->setCurrentIndex(m_reference->findData(static_cast<int>(m_workbench.store().combination())));
    if (!acquisition || !(changes & (session::kDataChanged | session::kPanesChanged))) return;
    const auto* reference = m_workbench.store().reference(m_workbench.slice());
    m_reference->setEnabled(!reference || reference->kind != session::ReferenceKind::SenseOfAcquired);
    const QSignalBlocker noSlider(m_sliceSlider), noSpin(m_slice);
    m_sliceSlider->setValue(static_cast<int>(m_workbench.slice()));
    m_slice->setValue(static_cast<int>(m_workbench.slice()) + 1);
    m_slice->setToolTip(QString::fromStdString(acquisition->header().describeSlice(m_workbench.slice())));
    m_form->setRowVisible(m_frames, m_frames->hasFrames());
    m_frames->refresh();
}

void DataPanel::showHeader(const AcquisitionHeader& header) {
    const Provenance& origin = header.provenance;
    const auto text = [](const std::string& s) { return QString::fromStdString(s); };
    const QFileInfo file(text(origin.path));
    m_file->setText(file.fileName());
    m_file->setToolTip(file.absoluteFilePath());
    m_simulated->setToolTip(origin.simulation.empty() ? tr("This data was simulated, not acquired.") : text(origin.simulation));
    const QSignalBlocker noSlider(m_sliceSlider), noSpin(m_slice);
    const int count = static_cast<int>(header.sliceCount());
    m_sliceSlider->setRange(0, count - 1);
    m_sliceSlider->setEnabled(count > 1);
    m_slice->setRange(1, count);
    m_slice->setSuffix(tr(" of %1").arg(count));
    const QString times = QStringLiteral("%1 × %2");
    m_matrix->setText(times.arg(header.recon.readout).arg(header.recon.phase));
    m_matrix->setToolTip(tr("Readout × phase encode of the image."));
    m_encoded->setText(times.arg(header.encoded.readout).arg(header.encoded.phase));
    m_encoded->setToolTip(tr("Readout × phase encode of k-space, with readout oversampling."));
    const auto& pixel = header.geometry.pixel;
    m_pixel->setText(pixel ? tr("%1 × %2 mm").arg(pixel->readoutMm, 0, 'f', 2).arg(pixel->phaseMm, 0, 'f', 2) : tr("unknown"));
    m_coils->setText(QString::number(header.coils));
    m_format->setText(text(origin.format) + (header.contrast.empty() ? QString() : QStringLiteral(" · ") + text(header.contrast)));
    m_dims->setText(text(origin.dims));
    m_dims->setCursorPosition(0);  // where it is too long, its beginning shows
    m_dims->setToolTip(tr("The file's axes in its own order (%1). Type another order and press Enter to read it again:\n"
                          "coil, readout, phase, slice, partition, frame, contrast, repetition, average, set, or - for an axis of size 1.")
                           .arg(text(origin.dimsReason)));
    m_axes->showAxes(header, m_workbench.axesRemembered());
    QStringList notes, facts;
    for (const auto& [name, value] : header.facts) facts << text(name) + QLatin1Char(' ') + text(value);
    if (!facts.isEmpty()) notes << facts.join(QStringLiteral(" · "));
    for (const std::string& note : origin.notes) notes << text(note);
    showText(m_notes, notes.join(QLatin1Char('\n')));
}

}  // namespace larmor::ui
