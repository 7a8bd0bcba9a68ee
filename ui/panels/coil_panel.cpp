#include "ui/panels/coil_panel.h"

#include <algorithm>

#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QPainter>
#include <QPushButton>
#include <nlohmann/json.hpp>

#include "render/slice_view.h"
#include "ui/panels/section.h"
#include "ui/widgets/param_form.h"
#include "ui/widgets/theme.h"

namespace larmor::ui {

namespace {
constexpr int kTilesAcross = 6, kGap = 4;
}

MapGrid::MapGrid(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("coils.maps"));
    setAccessibleName(tr("Magnitude of the coil maps"));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    hide();
}

void MapGrid::setMaps(const ComplexArray& maps) {
    m_tiles.clear();
    for (std::int64_t coil = 0; coil < maps.extent(0); ++coil) {
        const RealArray one = magnitude(maps.slice(coil));
        const float peak = *std::max_element(one.values().begin(), one.values().end());
        const double window = peak > 0 ? static_cast<double>(peak) : 1.0;
        const render::Frame frame = render::toFrame(one, window, window / 2, render::ColourMap::Grey);
        const QImage image(frame.bgra.get(), frame.width, frame.height, QImage::Format_RGB32);
        m_tiles.push_back(image.scaled(128, 128, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    }
    show();
    updateGeometry();
    update();
}

void MapGrid::clear() {
    m_tiles.clear();
    hide();
}

int MapGrid::edge(int width) const { return std::max(8, (width - (kTilesAcross - 1) * kGap) / kTilesAcross); }

QSize MapGrid::sizeHint() const { return {264, heightForWidth(264)}; }

int MapGrid::heightForWidth(int width) const {
    const int rows = (static_cast<int>(m_tiles.size()) + kTilesAcross - 1) / kTilesAcross;
    return rows == 0 ? 0 : rows * edge(width) + (rows - 1) * kGap;
}

void MapGrid::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const int side = edge(width());
    for (int i = 0; i < static_cast<int>(m_tiles.size()); ++i) {
        const QRect cell((i % kTilesAcross) * (side + kGap), (i / kTilesAcross) * (side + kGap), side, side);
        const QImage& tile = m_tiles[static_cast<std::size_t>(i)];
        QSize size = tile.size().scaled(cell.size(), Qt::KeepAspectRatio);
        QRect target(QPoint(0, 0), size);
        target.moveCenter(cell.center());
        painter.fillRect(cell, palette::kImageArea);
        painter.drawImage(target, tile);
    }
}

CoilPanel::CoilPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_preparation(new ParamForm(QStringLiteral("coils"), this)),
      m_form(new ParamForm(QStringLiteral("maps"), this)),
      m_state(dimLabel({}, this)),
      m_grid(new MapGrid(this)) {
    setObjectName(QStringLiteral("coilPanel"));
    m_state->setObjectName(QStringLiteral("coils.state"));
    m_preparation->setSpecs(coilPreparationParameters());
    m_form->setSpecs(espiritParameters());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(heading(tr("Coils"), this));
    layout->addWidget(m_preparation);
    layout->addWidget(heading(tr("Coil maps"), this));
    layout->addWidget(m_form);
    layout->addWidget(createButtons());
    layout->addWidget(m_state);
    layout->addWidget(m_grid);
    connect(m_preparation, &ParamForm::edited, this, [this] {
        if (m_preparation->firstProblem().isEmpty()) m_workbench.coils().prepare(CoilPreparation::fromJson(m_preparation->values().toJson()));
    });
    connect(m_form, &ParamForm::edited, this, [this] {
        if (m_form->firstProblem().isEmpty()) m_workbench.coils().setMapParameters(m_form->values());
    });
}

QWidget* CoilPanel::createButtons() {
    auto* row = new QWidget(this);
    m_estimate = button(tr("Estimate"), QStringLiteral("coils.estimate"),
                        tr("Estimate the maps of this slice by ESPIRiT from the samples that the mask keeps, to look at them.\n"
                           "Every run estimates its own."), row);
    auto* load = button(tr("Load…"), QStringLiteral("coils.load"), tr("Take maps from npy, cfl, HDF5 or mat instead of estimating them"), row);
    auto* calibration = button(tr("From scan…"), QStringLiteral("coils.calibration"),
                               tr("Estimate maps from a separate calibration scan of the same coils and field of view"), row);
    m_clear = button(tr("Estimate instead"), QStringLiteral("coils.clear"), tr("Forget the given maps or calibration scan, and estimate from the scan itself"), row);
    m_clear->hide();
    auto* grid = new QGridLayout(row);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->addWidget(m_estimate, 0, 0);
    grid->addWidget(load, 0, 1);
    grid->addWidget(calibration, 1, 0);
    grid->addWidget(m_clear, 1, 1);
    grid->setColumnStretch(2, 1);
    connect(m_estimate, &QPushButton::clicked, this, [this] { m_workbench.coils().estimateMaps(); });
    connect(load, &QPushButton::clicked, this, &CoilPanel::chooseFile);
    connect(calibration, &QPushButton::clicked, this, &CoilPanel::chooseCalibration);
    connect(m_clear, &QPushButton::clicked, this, [this] { m_workbench.coils().setMapsFile({}); });
    return row;
}

QString CoilPanel::firstProblem() const {
    const QString problem = m_preparation->firstProblem();
    return m_form->isHidden() || !problem.isEmpty() ? problem : m_form->firstProblem();
}

void CoilPanel::chooseFile() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Load coil maps"), {}, tr("Coil maps (*.npy *.cfl *.hdr *.h5 *.mat);;All files (*)"));
    if (!path.isEmpty()) m_workbench.coils().setMapsFile(path.toStdString());
}

void CoilPanel::chooseCalibration() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Take a calibration scan"), {}, tr("k-space (*.h5 *.mrd *.mat *.npy *.cfl *.hdr *.dat);;All files (*)"));
    if (!path.isEmpty()) m_workbench.coils().setCalibrationFile(path.toStdString());
}

void CoilPanel::refresh(session::Changes changes) {
    if (!(changes & (session::kMapsChanged | session::kDataChanged))) return;
    const auto& maps = m_workbench.maps();
    const auto coils = m_workbench.coils().preparation().toJson();
    if (m_preparation->firstProblem().isEmpty() && m_preparation->values().toJson() != coils)
        m_preparation->setValues(ParamValues::fromJson(coilPreparationParameters(), coils));
    if (m_form->firstProblem().isEmpty() && m_form->values().toJson() != maps.parameters.toJson()) m_form->setValues(maps.parameters);
    m_form->setVisible(maps.file.empty());
    m_clear->setVisible(!maps.file.empty() || !maps.calibration.empty());
    m_estimate->setVisible(maps.file.empty());
    m_estimate->setEnabled(m_workbench.acquisition() != nullptr && !maps.working);
    if (m_shown != maps.estimated) {
        m_shown = maps.estimated;
        m_shown ? m_grid->setMaps(m_shown->maps) : m_grid->clear();
    }
    showState();
}

void CoilPanel::showState() {
    const auto& maps = m_workbench.maps();
    const auto nameOf = [](const std::string& path) { return QFileInfo(QString::fromStdString(path)).fileName(); };
    QString state;
    if (maps.working) state = tr("Estimating …");
    else if (!maps.problem.empty()) state = QString::fromStdString(maps.problem + (maps.hint.empty() ? "" : "\n" + maps.hint));
    else if (!maps.file.empty()) state = tr("From %1").arg(nameOf(maps.file));
    else if (m_shown) state = tr("%1 maps of slice %2, |S|, each to its own peak").arg(m_shown->maps.extent(0)).arg(maps.slice + 1);
    if (!maps.calibration.empty()) state += (state.isEmpty() ? QString() : QStringLiteral("\n")) + tr("Estimated from %1").arg(nameOf(maps.calibration));
    setStyleProperty(*m_state, "role", maps.problem.empty() ? QVariant() : QStringLiteral("failure"));
    showText(m_state, state);
}

}  // namespace larmor::ui
