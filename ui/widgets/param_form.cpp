#include "ui/widgets/param_form.h"

#include <vector>

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/widgets/number_field.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/wheel_guard.h"

namespace larmor::ui {

namespace {

constexpr int kGap = 8, kRowHeight = 28;

double asDouble(const ParamValue& value) {
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    return 0;
}

NumberField::Range rangeOf(const ParamSpec& spec) {
    NumberField::Range range;
    range.minimum = spec.minimum;
    range.maximum = spec.maximum;
    range.step = spec.step;
    range.initial = asDouble(spec.initial);
    range.integer = spec.type == ParamType::Integer;
    range.logarithmic = spec.logarithmic;
    range.slider = spec.logarithmic;
    range.unit = QString::fromStdString(spec.unit);
    range.toolTip = QString::fromStdString(spec.doc);
    return range;
}

/// One parameter: its label and its control, which is exactly one of the four.
struct Row {
    ParamSpec spec;
    QLabel* label = nullptr;
    NumberField* number = nullptr;
    QComboBox* choice = nullptr;
    QCheckBox* box = nullptr;
    QLineEdit* text = nullptr;  ///< of a schedule
    QWidget* beside = nullptr;  ///< placed from outside

    [[nodiscard]] QWidget* control() const {
        if (number) return number;
        if (text) return text;
        return choice ? static_cast<QWidget*>(choice) : box;
    }
    [[nodiscard]] ParamValue value() const {
        if (choice) return choice->currentText().toStdString();
        if (box) return box->isChecked();
        if (text) return text->text().toStdString();
        if (spec.type == ParamType::Integer) return static_cast<std::int64_t>(number->value());
        return number->value();
    }
    void setValue(const ParamValue& value) const {
        if (number) number->setValue(asDouble(value));
        const QSignalBlocker quiet(control());
        if (choice) choice->setCurrentText(QString::fromStdString(std::get<std::string>(value)));
        if (box) box->setChecked(std::get<bool>(value));
        if (text) text->setText(QString::fromStdString(std::get<std::string>(value)));
    }
    /// Why its value cannot be taken; empty where it can.
    [[nodiscard]] QString problem() const {
        if (number) return number->problem();
        if (!text) return {};
        try {
            ParamValues({spec}).set(spec.name, value());
        } catch (const ParamError& error) {
            return QString::fromUtf8(error.what());
        }
        return {};
    }
};

QString wrappedToolTip(const ParamSpec& spec) {
    return wrapped(QString::fromStdString(spec.doc));
}

}  // namespace

struct ParamForm::Impl {
    ParamForm* self;
    QString prefix;
    ParamList specs;
    std::vector<Row> rows;
    QWidget* body = nullptr;
    QToolButton* more = nullptr;

    Row makeRow(const ParamSpec& spec) {
        Row row;
        row.spec = spec;
        row.label = new QLabel(QString::fromStdString(spec.label.empty() ? spec.name : spec.label));
        row.label->setProperty("dim", true);
        const auto tell = [this] { Q_EMIT self->edited(); };
        if (spec.type == ParamType::Boolean) {
            row.box = new QCheckBox;
            connect(row.box, &QCheckBox::toggled, self, tell);
        } else if (spec.type == ParamType::Choice) {
            row.choice = new QComboBox;
            for (const auto& choice : spec.choices) row.choice->addItem(QString::fromStdString(choice));
            guardWheel(*row.choice);
            connect(row.choice, &QComboBox::currentIndexChanged, self, tell);
        } else if (spec.type == ParamType::Schedule) {
            row.text = new QLineEdit;
            connect(row.text, &QLineEdit::textEdited, self, tell);
        } else {
            row.number = new NumberField(rangeOf(spec));
            row.number->attachLabel(row.label);
            connect(row.number, &NumberField::valueEdited, self, tell);
        }
        finishRow(row);
        return row;
    }

    void finishRow(const Row& row) const {
        QWidget* control = row.control();
        control->setObjectName(prefix + "." + QString::fromStdString(row.spec.name));
        QWidget* target = control->focusProxy() ? control->focusProxy() : control;
        target->setAccessibleName(row.label->text());
        row.label->setBuddy(target);
        row.setValue(row.spec.initial);
        if (row.number) return;
        control->setToolTip(wrappedToolTip(row.spec));
        row.label->setToolTip(wrappedToolTip(row.spec));
        row.label->installEventFilter(self);
    }

    /// Rows one below the other, the advanced ones under a fold.
    void build() {
        auto* grid = new QGridLayout(body);
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setHorizontalSpacing(kGap);
        grid->setVerticalSpacing(kGap);
        grid->setColumnStretch(1, 1);
        more = nullptr;
        for (const bool advanced : {false, true})
            for (const auto& spec : specs) {
                if (spec.advanced != advanced) continue;
                if (advanced && !more) addFold(*grid);
                rows.push_back(makeRow(spec));
                const int line = grid->rowCount();
                if (!advanced) grid->setRowMinimumHeight(line, kRowHeight);
                grid->addWidget(rows.back().label, line, 0);
                grid->addWidget(rows.back().control(), line, 1, 1, 2);
            }
        keepTabOrder();
        if (more) unfold(false);
    }

    void addFold(QGridLayout& grid) {
        more = new QToolButton;
        more->setObjectName(prefix + ".more");
        more->setText("More");
        more->setAccessibleName("More parameters");
        more->setToolTip("Parameters that rarely need a change");
        more->setCheckable(true);
        more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        more->setProperty("fold", true);
        grid.addWidget(more, grid.rowCount(), 0, 1, 3, Qt::AlignLeft);
        connect(more, &QToolButton::toggled, self, [this](bool open) { unfold(open); });
    }

    void unfold(bool open) const {
        more->setIcon(icon(open ? "chevron-down" : "chevron-right", palette::kDimText));
        for (const auto& row : rows) {
            if (!row.spec.advanced) continue;
            row.label->setVisible(open);
            row.control()->setVisible(open);
            if (row.beside) row.beside->setVisible(open);
        }
    }

    void keepTabOrder() const {
        QWidget* last = nullptr;
        for (const auto& row : rows) {
            if (row.spec.advanced && more && last != more && !isAfterFold(row)) {
                if (last) QWidget::setTabOrder(last, more);
                last = more;
            }
            if (last) QWidget::setTabOrder(last, row.control());
            last = row.control();
            if (!row.beside) continue;
            QWidget::setTabOrder(last, row.beside);
            last = row.beside;
        }
    }

    void placeBeside(Row& row, QWidget* widget) const {
        auto* grid = qobject_cast<QGridLayout*>(body->layout());
        int line = 0, column = 0, height = 0, width = 0;
        grid->getItemPosition(grid->indexOf(row.control()), &line, &column, &height, &width);
        grid->removeWidget(row.control());
        grid->addWidget(row.control(), line, 1);
        grid->addWidget(widget, line, 2);
        row.beside = widget;
        widget->setVisible(!row.spec.advanced || (more && more->isChecked()));
        keepTabOrder();
    }

    [[nodiscard]] bool isAfterFold(const Row& row) const { return &row != rows.data() && (&row - 1)->spec.advanced; }

    [[nodiscard]] const Row* rowOf(const QObject* label) const {
        for (const auto& row : rows)
            if (row.label == label) return &row;
        return nullptr;
    }
};

ParamForm::ParamForm(const QString& prefix, QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
    m_impl->self = this;
    m_impl->prefix = prefix;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

ParamForm::~ParamForm() = default;

void ParamForm::setSpecs(const ParamList& specs) {
    delete m_impl->body;
    m_impl->rows.clear();
    m_impl->specs = specs;
    m_impl->body = new QWidget;
    m_impl->build();
    layout()->addWidget(m_impl->body);
}

ParamValues ParamForm::values() const {
    ParamValues values(m_impl->specs);
    for (const auto& row : m_impl->rows)
        if (!row.text || row.problem().isEmpty()) values.set(row.spec.name, row.value());
    return values;
}

void ParamForm::setValues(const ParamValues& values) {
    for (const auto& row : m_impl->rows) row.setValue(values.value(row.spec.name));
}

void ParamForm::placeBeside(const std::string& parameter, QWidget* widget) {
    for (auto& row : m_impl->rows)
        if (row.spec.name == parameter) return m_impl->placeBeside(row, widget);
}

QString ParamForm::firstProblem() const {
    for (const auto& row : m_impl->rows) {
        const QString problem = row.problem();
        if (problem.isEmpty()) continue;
        if (row.spec.advanced && m_impl->more) m_impl->more->setChecked(true);
        return row.label->text() + ": " + problem;
    }
    return {};
}

bool ParamForm::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::MouseButtonDblClick) return false;
    const Row* row = m_impl->rowOf(watched);
    if (!row) return false;
    row->setValue(row->spec.initial);
    Q_EMIT edited();
    return true;
}

}  // namespace larmor::ui
