#include "ui/panels/array_panel.h"

#include <array>
#include <cmath>

#include <QComboBox>
#include <QDateTime>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

#include "render/slice_view.h"
#include "ui/panels/section.h"
#include "ui/widgets/viewport.h"

namespace larmor::ui {

namespace {

using render::Component;

struct ComponentChoice { int key; Component component; const char* text; };
constexpr std::array<ComponentChoice, 5> kComponents{{{Qt::Key_M, Component::Magnitude, QT_TRANSLATE_NOOP("ArrayPanel", "Magnitude (m)")},
                                                      {Qt::Key_P, Component::Phase, QT_TRANSLATE_NOOP("ArrayPanel", "Phase (p)")},
                                                      {Qt::Key_R, Component::Real, QT_TRANSLATE_NOOP("ArrayPanel", "Real part (r)")},
                                                      {Qt::Key_I, Component::Imaginary, QT_TRANSLATE_NOOP("ArrayPanel", "Imaginary part (i)")},
                                                      {Qt::Key_K, Component::LogMagnitude, QT_TRANSLATE_NOOP("ArrayPanel", "Logarithm of the magnitude (k)")}}};

constexpr int kMostTries = 10, kNextTry = 300;  // ms

enum Role { kIndex, kRows, kColumns, kMontage };

int roleOf(const session::PlaneChoice& choice, std::size_t axis) {
    if (axis == choice.rowAxis) return kRows;
    if (axis == choice.columnAxis) return kColumns;
    return choice.montageAxis == axis ? kMontage : kIndex;
}

/// The shape as the file's own users write it.
QString shapeText(const io::ArrayEntry& entry) {
    QStringList sizes;
    for (const std::int64_t size : entry.shape) sizes << QString::number(size);
    if (entry.columnMajor) std::reverse(sizes.begin(), sizes.end());
    return sizes.join(QStringLiteral(" × "));
}

}  // namespace

ArrayPanel::ArrayPanel(session::Post post, QWidget* parent) : QWidget(parent), m_viewport(new Viewport(this)), m_background(std::move(post), 1) {
    setObjectName(QStringLiteral("arrayPanel"));
    setAcceptDrops(true);
    auto* side = new QWidget(this);
    side->setFixedWidth(300);
    auto* sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins(12, 8, 12, 8);
    sideLayout->setSpacing(8);
    createTop(sideLayout);
    m_axes = new QWidget;
    m_axesLayout = new QVBoxLayout(m_axes);
    m_axesLayout->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(side);
    scroll->setWidget(m_axes);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    sideLayout->addWidget(scroll, 1);
    createKspaceRow(sideLayout);
    m_viewport->setObjectName(QStringLiteral("arrays.view"));
    m_viewport->setAccessibleName(tr("Array"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(side);
    layout->addWidget(m_viewport, 1);
    setFocusPolicy(Qt::StrongFocus);
    ViewportLabels labels;
    labels.placeholder = tr("Drop any HDF5, npy, cfl, mat, NIfTI or PNG file here");
    m_viewport->setLabels(labels);
}

ArrayPanel::~ArrayPanel() = default;

bool ArrayPanel::hasProblem() const { return !m_problem->isHidden(); }

void ArrayPanel::createTop(QVBoxLayout* layout) {
    m_fileList = new QComboBox(this);
    m_fileList->setObjectName(QStringLiteral("arrays.file"));
    m_fileList->setAccessibleName(tr("File"));
    m_fileList->setPlaceholderText(tr("No file"));
    m_fileList->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    keepKeysWithImages(m_fileList);
    auto* open = button(tr("Open…"), QStringLiteral("arrays.open"), tr("Open any file that holds arrays"), this);
    auto* row = new QHBoxLayout;
    row->addWidget(m_fileList, 1);
    row->addWidget(open);
    m_arrays = new QComboBox(this);
    m_arrays->setObjectName(QStringLiteral("arrays.list"));
    m_arrays->setAccessibleName(tr("Array in the file"));
    m_arrays->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    keepKeysWithImages(m_arrays);
    m_facts = dimLabel({}, this);
    m_facts->setObjectName(QStringLiteral("arrays.facts"));
    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("arrays.problem"));
    m_problem->setProperty("role", "failure");
    m_problem->setWordWrap(true);
    m_problem->hide();
    layout->addLayout(row);
    layout->addWidget(m_arrays);
    layout->addWidget(m_facts);
    m_component = new QComboBox(this);
    m_component->setObjectName(QStringLiteral("arrays.component"));
    m_component->setAccessibleName(tr("What is shown of a complex number"));
    for (const ComponentChoice& each : kComponents) m_component->addItem(tr(each.text));
    keepKeysWithImages(m_component);
    connect(m_component, &QComboBox::currentIndexChanged, this, &ArrayPanel::showComponent);
    layout->addWidget(m_component);
    layout->addWidget(m_problem);
    layout->addWidget(separator(this));
    connect(open, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Open arrays"));
        if (!path.isEmpty()) openFile(path);
    });
    connect(m_fileList, &QComboBox::activated, this, [this] { openFile(m_fileList->currentData().toString()); });
    connect(m_arrays, &QComboBox::currentIndexChanged, this, &ArrayPanel::chooseArray);
    connect(&m_files, &ArrayFiles::changed, this, &ArrayPanel::readAgain);
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, [this] { readFile(m_fileList->currentData().toString()); });
}

void ArrayPanel::createKspaceRow(QVBoxLayout* layout) {
    m_dims = new QLineEdit(this);
    m_dims->setObjectName(QStringLiteral("arrays.dims"));
    m_dims->setAccessibleName(tr("Order of the array's axes"));
    m_dims->setPlaceholderText(QStringLiteral("coil,readout,phase"));
    m_dims->setToolTip(tr("What the axes are, in the order in which the array's sizes stand above:\n"
                          "coil, readout, phase, slice, partition, frame, contrast, repetition, average, set, or - for an axis of size 1.\n"
                          "Empty: guessed."));
    auto* open = button(tr("Open as k-space"), QStringLiteral("arrays.openAsKspace"), tr("Open this array in the workbench with these axes"), this);
    layout->addWidget(separator(this));
    layout->addWidget(m_dims);
    layout->addWidget(open);
    const auto request = [this] {
        if (const auto* shown = entry())
            Q_EMIT kspaceRequested(QString::fromStdString(m_file->path()), m_dims->text().simplified().remove(QLatin1Char(' ')),
                                   QString::fromStdString(shown->name));
    };
    connect(open, &QPushButton::clicked, this, request);
    connect(m_dims, &QLineEdit::returnPressed, this, request);
}

void ArrayPanel::openFile(const QString& path) { openFiles({path}); }

void ArrayPanel::openFiles(const QStringList& paths) {
    if (paths.isEmpty()) return;
    for (const QString& path : paths) list(QFileInfo(path).absoluteFilePath());
    rememberLook();
    const QString first = QFileInfo(paths.first()).absoluteFilePath();
    m_fileList->setCurrentIndex(m_fileList->findData(first));
    m_fileList->setToolTip(first);
    m_tries = 0;
    readFile(first);
}

void ArrayPanel::list(const QString& path) {
    m_files.add(path);
    if (m_fileList->findData(path) >= 0) return;
    m_fileList->addItem(QFileInfo(path).fileName(), path);
    m_fileList->setItemData(m_fileList->count() - 1, path, Qt::ToolTipRole);
}

void ArrayPanel::readFile(const QString& path) {
    m_retry.stop();
    m_background.cancel("plane");
    m_background.run<io::ArrayFilePtr>(
        "file", [path = path.toStdString()](const RunControl&) { return io::openArrayFile(path); },
        [this](io::ArrayFilePtr file) { showFile(std::move(file)); },
        [this, path](const session::Problem& problem) { fileFailed(path, problem); });
}

/// Other files are read when they are chosen.
void ArrayPanel::readAgain(const QString& path) {
    if (m_fileList->currentData().toString() != path) return;
    rememberLook();
    m_tries = kMostTries;
    readFile(path);
}

/// The picture of the same file stays: it is what was read last.
void ArrayPanel::fileFailed(const QString& path, const session::Problem& problem) {
    if (m_fileList->currentData().toString() != path) return;
    if (m_tries-- > 0) return m_retry.start(kNextTry);
    if (m_file && m_file->path() != path.toStdString()) {
        m_file.reset();
        m_arrays->clear();
        chooseArray(-1);
        m_viewport->setImage(nullptr);
    }
    showText(m_problem, QString::fromStdString(problem.what + " " + problem.hint));
}

void ArrayPanel::rememberLook() {
    if (const auto* shown = entry()) m_looks[QString::fromStdString(m_file->path())] = {shown->name, shown->shape, m_choice};
}

void ArrayPanel::showFile(io::ArrayFilePtr file) {
    m_file = std::move(file);
    m_tries = 0;
    showText(m_problem, {});
    const QSignalBlocker quiet(m_arrays);
    m_arrays->clear();
    for (const auto* each : m_file->allEntries()) {
        const QString name = each->name.empty() ? tr("the array") : QString::fromStdString(each->name);
        m_arrays->addItem(QStringLiteral("%1   %2").arg(name, shapeText(*each)));
    }
    m_arrays->setCurrentIndex(arrayToShow(QString::fromStdString(m_file->path())));
    chooseArray(m_arrays->currentIndex());
}

/// The one that was looked at, else the largest; what is stored in pairs counts twice, for the same numbers make one image then.
int ArrayPanel::arrayToShow(const QString& path) const {
    const auto entries = m_file->allEntries();
    const auto look = m_looks.find(path);
    int largest = entries.empty() ? -1 : 0;
    std::int64_t most = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (look != m_looks.end() && entries[i]->name == look->second.array) return static_cast<int>(i);
        const bool isPaired = i >= m_file->entries().size();
        const std::int64_t size = elementCount(entries[i]->shape) * (isPaired ? 2 : 1);
        if (size < most || (size == most && !isPaired)) continue;
        largest = static_cast<int>(i);
        most = size;
    }
    return largest;
}

const io::ArrayEntry* ArrayPanel::entry() const {
    const int index = m_arrays->currentIndex();
    return m_file && index >= 0 ? m_file->allEntries()[static_cast<std::size_t>(index)] : nullptr;
}

QString ArrayPanel::axisName(std::size_t axis) const {
    const auto* shown = entry();
    const std::size_t number = shown->columnMajor ? shown->shape.size() - 1 - axis : axis;
    return tr("Axis %1").arg(number);
}

void ArrayPanel::chooseArray(int) {
    const auto* shown = entry();
    if (!shown) return showText(m_facts, m_file ? tr("This file holds no arrays.") : QString());
    showText(m_facts, tr("%1 · %2 · %3%4 · read at %5").arg(QString::fromStdString(m_file->format()), shapeText(*shown), QString::fromStdString(shown->type),
                                            shown->columnMajor ? tr(" · first axis runs fastest") : QString(), QTime::currentTime().toString(QStringLiteral("HH:mm:ss"))));
    const auto look = m_looks.find(QString::fromStdString(m_file->path()));
    const bool same = look != m_looks.end() && look->second.array == shown->name && look->second.shape == shown->shape;
    m_choice = same ? look->second.choice : session::PlaneChoice::initial(shown->shape);
    if (!same || look->first != m_shownPath) m_freshWindow = true;
    m_shownPath = QString::fromStdString(m_file->path());
    buildAxes();
    read();
}

void ArrayPanel::buildAxes() {
    while (QLayoutItem* item = m_axesLayout->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    const auto* shown = entry();
    const std::size_t rank = shown->shape.size();
    for (std::size_t i = 0; i < rank; ++i) m_axesLayout->addWidget(axisRow(shown->columnMajor ? rank - 1 - i : i));
    m_axesLayout->addStretch(1);
}

QWidget* ArrayPanel::axisRow(std::size_t axis) {
    const std::int64_t size = entry()->shape[axis];
    const int role = roleOf(m_choice, axis);
    auto* row = new QWidget(m_axes);
    auto* name = new QLabel(tr("%1 · %2").arg(axisName(axis)).arg(size), row);
    auto* roles = new QComboBox(row);
    roles->setObjectName(QStringLiteral("arrays.role.%1").arg(axis));
    roles->setAccessibleName(tr("What %1 is shown as").arg(axisName(axis)));
    roles->addItems({tr("One index"), tr("Rows"), tr("Columns"), tr("Montage")});
    roles->setCurrentIndex(role);
    roles->setFixedWidth(132);
    keepKeysWithImages(roles);
    auto* grid = new QGridLayout(row);
    grid->setContentsMargins(0, 0, 0, 4);
    grid->setColumnStretch(0, 1);
    grid->addWidget(name, 0, 0);
    grid->addWidget(roles, 0, 1);
    if (role == kIndex && size > 1) {
        auto* slider = new QSlider(Qt::Horizontal, row);
        slider->setObjectName(QStringLiteral("arrays.index.%1").arg(axis));
        slider->setAccessibleName(tr("Index on %1").arg(axisName(axis)));
        slider->setRange(0, static_cast<int>(size - 1));
        auto* number = new QSpinBox(row);
        number->setRange(0, static_cast<int>(size - 1));
        number->setButtonSymbols(QAbstractSpinBox::NoButtons);
        number->setAccessibleName(slider->accessibleName());
        slider->setValue(static_cast<int>(m_choice.index[axis]));
        number->setValue(slider->value());
        grid->addWidget(slider, 1, 0);
        grid->addWidget(number, 1, 1);
        connect(slider, &QSlider::valueChanged, number, &QSpinBox::setValue);
        connect(number, &QSpinBox::valueChanged, slider, &QSlider::setValue);
        connect(slider, &QSlider::valueChanged, this, [this, axis](int value) {
            m_choice.index[axis] = value;
            read();
        });
    }
    connect(roles, &QComboBox::activated, this, [this, axis](int chosen) { setRole(axis, chosen); });
    return row;
}

void ArrayPanel::setRole(std::size_t axis, int role) {
    if (role == kRows) m_choice.setRowAxis(axis);
    if (role == kColumns) m_choice.setColumnAxis(axis);
    if (role == kMontage) m_choice.setMontageAxis(axis);
    if (role == kIndex && m_choice.montageAxis == axis) m_choice.setMontageAxis(std::nullopt);
    m_viewport->resetView();
    buildAxes();
    read();
}

void ArrayPanel::read() {
    const auto* shown = entry();
    if (!shown) return;
    m_background.run<ComplexArray>(
        "plane", [file = m_file, shown = *shown, choice = m_choice](const RunControl&) { return session::readPlane(*file, shown, choice); },
        [this](ComplexArray stack) { showPlane(stack); },
        [this](const session::Problem& problem) {
            m_viewport->setImage(nullptr);
            showText(m_problem, QString::fromStdString(problem.what + " " + problem.hint));
        });
}

void ArrayPanel::showPlane(const ComplexArray& stack) {
    showText(m_problem, {});
    const auto across = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(stack.extent(0)))));
    auto image = stack.extent(0) == 1 ? stack.slice(0) : render::montage(stack, across);
    m_viewport->setImage(std::make_shared<const ComplexArray>(std::move(image)));
    if (std::exchange(m_freshWindow, false)) {
        m_viewport->resetView();
        m_viewport->resetWindow();
    }
    ViewportLabels labels;
    const auto* shown = entry();
    labels.title = shown && !shown->name.empty() ? QString::fromStdString(shown->name) : m_fileList->currentText();
    labels.subtitle = tr("rows %1, columns %2").arg(axisName(m_choice.rowAxis).toLower(), axisName(m_choice.columnAxis).toLower());
    m_viewport->setLabels(labels);
}

void ArrayPanel::showComponent(int index) {
    const Component component = kComponents[static_cast<std::size_t>(index)].component;
    m_viewport->setComponent(component);
    render::DisplayState state = m_viewport->display();
    state.colours = component == Component::Phase ? render::ColourMap::PhaseWheel : render::ColourMap::Grey;
    m_viewport->setDisplay(state);
    m_viewport->resetWindow();
    m_viewport->setColourBar(component == Component::Phase || component == Component::LogMagnitude,
                             component == Component::Phase ? tr("rad") : tr("log₁₀"));
}

void ArrayPanel::keyPressEvent(QKeyEvent* event) {
    for (int i = 0; i < static_cast<int>(kComponents.size()); ++i)
        if (event->key() == kComponents[static_cast<std::size_t>(i)].key && event->modifiers() == Qt::NoModifier) return m_component->setCurrentIndex(i);
    QWidget::keyPressEvent(event);
}

void ArrayPanel::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void ArrayPanel::dropEvent(QDropEvent* event) {
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) paths << url.toLocalFile();
    openFiles(paths);
}

}  // namespace larmor::ui
