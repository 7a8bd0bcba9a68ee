#include "ui/panels/mask_panel.h"

#include <chrono>

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QPushButton>

#include "ui/panels/section.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/mini_plots.h"
#include "ui/widgets/param_form.h"

namespace larmor::ui {

namespace {

using namespace std::chrono_literals;
constexpr auto kQuiet = 50ms;
// After the kinds that masks are made by.
const int kFromFile = static_cast<int>(masks::allKinds().size()), kAllSamples = kFromFile + 1;

masks::Kind kindAt(int index) { return static_cast<masks::Kind>(index); }

QString achievedText(const session::MaskState& mask) {
    const auto& resolved = *mask.resolved;
    const SamplingMask& kept = resolved.mask;
    QString text = MaskPanel::tr("Achieved R %1").arg(resolved.total, 0, 'f', 2);
    const bool thinned = resolved.acquired > 1.005 && resolved.extra > 1.005;
    if (resolved.acquired > 1.005 && !thinned) text = MaskPanel::tr("Acquired at R %1").arg(resolved.total, 0, 'f', 2);
    if (thinned) text += MaskPanel::tr(" = acquired %1 × extra %2").arg(resolved.acquired, 0, 'f', 2).arg(resolved.extra, 0, 'f', 2);
    if (kept.isColumnwise() && kept.readout() > 0)
        text += MaskPanel::tr(" · %1 of %2 lines").arg(kept.keptCount() / kept.readout()).arg(kept.phase());
    else
        text += MaskPanel::tr(" · %1 % of samples").arg(100.0 * static_cast<double>(kept.keptCount()) / static_cast<double>(kept.sampleCount()), 0, 'f', 1);
    return text;
}

/// Lines are the same in every row: a square picture shows them wider than the matrix's own shape would.
SamplingMask pictureOf(const SamplingMask& mask) {
    if (!mask.isColumnwise()) return mask;
    const auto row = mask.samples().block(0);
    return SamplingMask::fromColumns({row.begin(), row.end()}, mask.phase(), mask.description());
}

QString drawnText(const SamplingMask& mask) {
    return mask.description().empty() ? MaskPanel::tr("drawn by hand") : QString::fromStdString(mask.description());
}

}  // namespace

MaskPanel::MaskPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_kind(new QComboBox(this)),
      m_form(new ParamForm(QStringLiteral("mask"), this)),
      m_fileRow(new QWidget(this)),
      m_file(new ElidedLabel(Qt::ElideMiddle, m_fileRow)),
      m_save(iconButton(QStringLiteral("save"), QStringLiteral("mask.save"), tr("Save mask…"),
                        tr("Save mask… The samples that are kept, as npy, h5, cfl or png"), this)),
      m_achieved(new QLabel(this)),
      m_checkLines(button(tr("Check lines"), QStringLiteral("mask.checkLines"),
                          tr("Look for lines that motion corrupted and for spikes: what a SENSE reconstruction without a line says of it,\n"
                             "for all lines of this slice. What does not fit can then be left out."), this)),
      m_warnings(cautionLabel(this)),
      m_problem(new QLabel(this)) {
    setObjectName(QStringLiteral("maskPanel"));
    m_kind->setObjectName(QStringLiteral("mask.kind"));
    m_kind->setAccessibleName(tr("Kind of mask"));
    m_kind->addItems({tr("Equispaced"), tr("Random lines"), tr("Gaussian lines"), tr("Poisson disc"), tr("Uniform lines"), tr("k-t uniform"), tr("k-t Gaussian"),
                      tr("k-t radial"), tr("From file"), tr("All samples")});
    m_kind->setToolTip(tr("How samples are left out"));
    keepKeysWithImages(m_kind);
    m_achieved->setObjectName(QStringLiteral("mask.achieved"));
    m_achieved->setWordWrap(true);
    m_warnings->setObjectName(QStringLiteral("mask.warnings"));
    m_problem->setObjectName(QStringLiteral("mask.problem"));
    m_problem->setProperty("role", "failure");
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto* load = button(tr("Load…"), QStringLiteral("mask.load"), tr("Read a mask from npy, HDF5, cfl, png or mat"), m_fileRow);
    auto* fileLayout = new QHBoxLayout(m_fileRow);
    fileLayout->setContentsMargins(0, 0, 0, 0);
    fileLayout->addWidget(m_file, 1);
    fileLayout->addWidget(load);
    m_fileRow->hide();
    m_save->setEnabled(false);
    auto* checkRow = new QHBoxLayout;
    checkRow->addWidget(m_checkLines);
    checkRow->addStretch(1);
    m_checkLines->setEnabled(false);
    auto* top = new QHBoxLayout;
    top->addWidget(heading(tr("Mask"), this), 1);
    top->addWidget(m_save);
    auto* kindRow = fieldLayout();
    addField(kindRow, tr("Kind"), m_kind, 94);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addLayout(kindRow);
    for (QWidget* widget : {static_cast<QWidget*>(m_form), m_fileRow, static_cast<QWidget*>(m_achieved), static_cast<QWidget*>(m_problem),
                            createPictures(), static_cast<QWidget*>(m_warnings)})
        layout->addWidget(widget);
    layout->addLayout(checkRow);
    m_quiet.setSingleShot(true);
    m_quiet.setInterval(kQuiet);
    connect(&m_quiet, &QTimer::timeout, this, &MaskPanel::send);
    connect(m_form, &ParamForm::edited, this, [this] { m_quiet.start(); });
    connect(m_kind, &QComboBox::activated, this, &MaskPanel::chooseKind);
    connect(load, &QPushButton::clicked, this, &MaskPanel::chooseFile);
    connect(m_save, &QPushButton::clicked, this, &MaskPanel::chooseTarget);
    connect(m_checkLines, &QPushButton::clicked, this, [this] {
        flush();
        m_workbench.lines().state().working ? m_workbench.lines().stop() : void(m_workbench.lines().start());
    });
    m_form->setSpecs(masks::maskParameters(masks::Kind::Equispaced));
}

QWidget* MaskPanel::createPictures() {
    auto* row = m_pictures = new QWidget(this);
    m_picture = new MaskPicture(row);
    m_picture->setObjectName(QStringLiteral("mask.picture"));
    m_picture->setAccessibleName(tr("Picture of the mask"));
    m_picture->setToolTip(tr("Kept samples are white. Phase encode runs to the right, readout downwards."));
    m_picture->setFixedSize(104, 104);
    m_pointSpread = new CurvePlot(row);
    m_pointSpread->setObjectName(QStringLiteral("mask.pointSpread"));
    m_pointSpread->setAccessibleName(tr("Point spread along phase encode"));
    m_pointSpread->setToolTip(tr("Magnitude of the point spread along phase encode, against its peak"));
    m_pointSpread->setFixedHeight(104);
    m_pointSpreadText = dimLabel({}, row);
    m_pointSpreadText->setObjectName(QStringLiteral("mask.pointSpreadText"));
    auto* grid = new QGridLayout(row);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(m_picture, 0, 0);
    grid->addWidget(m_pointSpread, 0, 1);
    grid->addWidget(m_pointSpreadText, 1, 0, 1, 2);
    grid->setColumnStretch(1, 1);
    return row;
}

QString MaskPanel::firstProblem() const { return m_form->isHidden() ? QString() : m_form->firstProblem(); }

void MaskPanel::flush() {
    if (!m_quiet.isActive()) return;
    m_quiet.stop();
    send();
}

void MaskPanel::chooseKind(int index) {
    if (index == kFromFile) return chooseFile();
    if (index < kFromFile) {
        // R, ACS, seed and partial Fourier carry over from one kind to the next.
        const auto& spec = m_workbench.mask().choice.spec;
        m_form->setSpecs(masks::maskParameters(kindAt(index)));
        if (spec) {
            masks::MaskSpec next = *spec;
            next.kind = kindAt(index);
            if (!masks::hasBlock(next.kind)) next.acsReadout.reset();
            m_form->setValues(masks::valuesFrom(next));
        }
    }
    send();
}

void MaskPanel::chooseFile() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Load a mask"), {}, tr("Masks (*.npy *.h5 *.cfl *.hdr *.png *.mat);;All files (*)"));
    if (path.isEmpty()) return showChoice();
    session::MaskChoice choice;
    choice.file = path.toStdString();
    m_workbench.setMask(std::move(choice));
}

void MaskPanel::chooseTarget() {
    flush();
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save the mask"), QStringLiteral("mask.npy"), tr("Masks (*.npy *.h5 *.cfl *.png)"));
    if (!path.isEmpty()) m_workbench.saveMask(path.toStdString());
}

void MaskPanel::send() {
    session::MaskChoice choice;
    if (m_kind->currentIndex() == kAllSamples) return m_workbench.setMask({}, true);
    if (m_kind->currentIndex() == kFromFile || !m_form->firstProblem().isEmpty()) return;
    choice.spec = masks::specFrom(kindAt(m_kind->currentIndex()), m_form->values());
    m_workbench.setMask(std::move(choice));
}

void MaskPanel::refresh(session::Changes changes) {
    if (changes & (session::kMaskChanged | session::kLinesChanged)) showLineCheck();
    if (!(changes & session::kMaskChanged)) return;
    if (!m_quiet.isActive()) showChoice();
    showState();
}

void MaskPanel::showChoice() {
    const auto& mask = m_workbench.mask();
    const bool drawn = mask.choice.drawn.has_value(), generated = mask.choice.spec && !drawn;
    const int index = mask.allSamples ? kAllSamples : generated ? static_cast<int>(mask.choice.spec->kind) : kFromFile;
    if (!mask.choice.spec && mask.choice.file.empty() && !mask.allSamples && !drawn) return;
    const bool kindChanged = m_kind->currentIndex() != index;
    m_kind->setCurrentIndex(index);
    m_form->setVisible(index < kFromFile);
    m_fileRow->setVisible(index == kFromFile);
    m_file->setText(drawn ? drawnText(*mask.choice.drawn) : QFileInfo(QString::fromStdString(mask.choice.file)).fileName());
    if (!generated || !m_form->firstProblem().isEmpty()) return;
    if (kindChanged) m_form->setSpecs(masks::maskParameters(mask.choice.spec->kind));
    const bool asShown = !kindChanged && masks::specFrom(mask.choice.spec->kind, m_form->values()) == *mask.choice.spec;
    if (!asShown) m_form->setValues(masks::valuesFrom(*mask.choice.spec));
}

void MaskPanel::showLineCheck() {
    const bool working = m_workbench.lines().state().working;
    m_checkLines->setText(working ? tr("Stop") : tr("Check lines"));
    m_checkLines->setAccessibleName(working ? tr("Stop checking lines") : tr("Check lines"));
    m_checkLines->setEnabled(working || m_workbench.mask().resolved.has_value());
}

void MaskPanel::showState() {
    const auto& mask = m_workbench.mask();
    showText(m_problem, QString::fromStdString(mask.problem + (mask.hint.empty() ? "" : "\n" + mask.hint)));
    showText(m_achieved, mask.resolved ? achievedText(mask) : QString());
    m_save->setEnabled(mask.kept != nullptr);
    m_pictures->setVisible(mask.resolved.has_value());
    if (!mask.resolved) return showText(m_warnings, {});
    m_picture->setMask(pictureOf(mask.resolved->mask));
    const auto& profile = mask.pointSpread.profile;
    const auto centre = static_cast<double>(profile.size() / 2);
    m_pointSpread->setCurve({tr("point spread"), {}, {profile.begin(), profile.end()}}, {-centre, 1, 0, tr("px")});
    m_pointSpreadText->setText(tr("Point spread · side lobe %1 at %2 px")
                                   .arg(mask.pointSpread.sideLobe, 0, 'f', 2)
                                   .arg(mask.pointSpread.sideLobeDistance));
    QStringList warnings;
    for (const std::string& warning : mask.resolved->warnings) warnings << QString::fromStdString(warning);
    showText(m_warnings, warnings.join(QLatin1Char('\n')));
}

}  // namespace larmor::ui
