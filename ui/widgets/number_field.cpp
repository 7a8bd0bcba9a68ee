#include "ui/widgets/number_field.h"

#include <cmath>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QSlider>
#include <QWheelEvent>

#include "ui/widgets/number_scale.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/wheel_guard.h"

namespace larmor::ui {

namespace {

constexpr int kPixelsAStep = 3;      ///< of label dragging
constexpr int kUnitGap = 8;          ///< between unit and border, as the style sheet's padding
constexpr int kFieldWidth = 72;      ///< beside a slider
constexpr int kLeastPart = 48;       ///< width of a slider, or of a field
constexpr int kGap = 8;              ///< between slider and field
constexpr int kPageSteps = 10;

/// A line edit with its unit inside at the right.
class UnitEdit : public QLineEdit {
public:
    explicit UnitEdit(QString unit) : m_unit(std::move(unit)) { fitUnit(); }

    void fitUnit() { setTextMargins(0, 0, m_unit.isEmpty() ? 0 : fontMetrics().horizontalAdvance(m_unit) + 4, 0); }

protected:
    void paintEvent(QPaintEvent* event) override {
        QLineEdit::paintEvent(event);
        if (m_unit.isEmpty()) return;
        QPainter painter(this);
        painter.setPen(isEnabled() ? palette::kDimText : palette::kFaintText);
        painter.drawText(rect().adjusted(0, 0, -kUnitGap, 0), Qt::AlignRight | Qt::AlignVCenter, m_unit);
    }

private:
    QString m_unit;
};

QString toolTipFor(const NumberField::Range& range, const NumberScale& scale) {
    const QString limits = scale.rangeText() + ", default " + scale.text(range.initial);
    if (range.toolTip.isEmpty()) return limits;
    return "<qt>" + range.toolTip.toHtmlEscaped() + "<br><span style='color:" + palette::kDimText.name() + "'>" + limits.toHtmlEscaped() +
           "</span></qt>";
}

}  // namespace

struct NumberField::Impl {
    NumberField* self;
    Range range;
    NumberScale scale;
    UnitEdit* edit;
    QSlider* slider = nullptr;
    double value;
    QString problem;
    bool dragging = false;
    QPoint dragStart;
    double dragValue = 0;
    int wheelRest = 0;

    Impl(NumberField* owner, const Range& given)
        : self(owner), range(given), scale(given), edit(new UnitEdit(given.unit)), value(scale.clamped(given.initial)) {}

    void showValue() {
        edit->setText(scale.text(value));
        edit->setCursorPosition(0);
        mark({});
        showSlider();
    }

    void showSlider() {
        if (!slider) return;
        const QSignalBlocker quiet(slider);
        slider->setValue(scale.position(value));
    }

    void mark(const QString& reason) {
        problem = reason;
        setStyleProperty(*edit, "wrong", !reason.isEmpty());
        const QString tip = reason.isEmpty() ? toolTipFor(range, scale) : reason.left(1).toUpper() + reason.mid(1) + ".";
        edit->setToolTip(tip);
        edit->setAccessibleDescription(reason.isEmpty() ? scale.rangeText() : reason);
        if (slider) slider->setToolTip(toolTipFor(range, scale));
    }

    /// A person's change: shown and told, if it is one.
    void change(double to) {
        const bool differs = to != value;
        value = to;
        showValue();
        if (differs) Q_EMIT self->valueEdited(value);
    }

    void typed(const QString& text) {
        const auto parsed = scale.parse(text);
        mark(parsed.problem);
        if (!parsed.value || *parsed.value == value) return;
        value = *parsed.value;
        showSlider();
        Q_EMIT self->valueEdited(value);
    }

    bool keyPressed(const QKeyEvent& key) {
        switch (key.key()) {
            case Qt::Key_Up: change(scale.stepped(value, 1)); return true;
            case Qt::Key_Down: change(scale.stepped(value, -1)); return true;
            case Qt::Key_PageUp: change(scale.stepped(value, kPageSteps)); return true;
            case Qt::Key_PageDown: change(scale.stepped(value, -kPageSteps)); return true;
            case Qt::Key_Escape:
                if (problem.isEmpty()) return false;
                showValue();
                return true;
            default: return false;
        }
    }

    bool wheelTurned(QWheelEvent& wheel) {
        if (!edit->hasFocus()) return false;
        wheelRest += wheel.angleDelta().y();
        const int steps = wheelRest / QWheelEvent::DefaultDeltasPerStep;
        wheelRest -= steps * QWheelEvent::DefaultDeltasPerStep;
        if (steps != 0) change(scale.stepped(value, steps));
        wheel.accept();
        return true;
    }

    bool labelEvent(QEvent& event) {
        if (event.type() == QEvent::MouseButtonDblClick) {
            change(scale.clamped(range.initial));
            return true;
        }
        if (event.type() == QEvent::MouseButtonRelease) dragging = false;
        if (event.type() != QEvent::MouseButtonPress && event.type() != QEvent::MouseMove) return false;
        const auto& mouse = static_cast<QMouseEvent&>(event);
        if (event.type() == QEvent::MouseButtonPress && mouse.button() == Qt::LeftButton) {
            dragging = true;
            dragStart = mouse.globalPosition().toPoint();
            dragValue = value;
        } else if (dragging) {
            change(scale.stepped(dragValue, (mouse.globalPosition().toPoint().x() - dragStart.x()) / kPixelsAStep));
        }
        return dragging;
    }
};

NumberField::NumberField(const Range& range, QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(this, range)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGap);
    if (range.slider) {
        auto* slider = m_impl->slider = new QSlider(Qt::Horizontal);
        slider->setObjectName("slider");
        slider->setAccessibleName("Slider");
        slider->setRange(0, NumberScale::kPositions);
        slider->setPageStep(NumberScale::kPositions / 20);
        slider->setMinimumWidth(kLeastPart);
        guardWheel(*slider);
        row->addWidget(slider, 1);
        connect(slider, &QSlider::valueChanged, this, [this](int position) { m_impl->change(m_impl->scale.atPosition(position)); });
        m_impl->edit->setFixedWidth(kFieldWidth + m_impl->edit->textMargins().right());
    }
    m_impl->edit->setObjectName("edit");
    row->addWidget(m_impl->edit, range.slider ? 0 : 1);
    m_impl->edit->setMinimumWidth(kLeastPart);
    m_impl->edit->installEventFilter(this);
    setFocusProxy(m_impl->edit);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(m_impl->edit, &QLineEdit::textEdited, this, [this](const QString& text) { m_impl->typed(text); });
    connect(m_impl->edit, &QLineEdit::editingFinished, this, [this] {
        if (m_impl->problem.isEmpty()) m_impl->showValue();
    });
    m_impl->showValue();
}

NumberField::~NumberField() = default;

QSize NumberField::minimumSizeHint() const {
    const QSize whole = QWidget::minimumSizeHint();
    return m_impl->slider ? QSize(kLeastPart, whole.height()) : whole;
}

void NumberField::resizeEvent(QResizeEvent*) {
    if (m_impl->slider) m_impl->slider->setVisible(width() >= kLeastPart + kGap + kLeastPart);
}

double NumberField::value() const { return m_impl->value; }

void NumberField::setValue(double value) {
    m_impl->value = m_impl->scale.clamped(value);
    m_impl->showValue();
}

QString NumberField::problem() const { return m_impl->problem; }
QString NumberField::text() const { return m_impl->edit->text(); }
void NumberField::selectAll() { m_impl->edit->selectAll(); }

void NumberField::setRange(double minimum, double maximum) {
    m_impl->range.minimum = minimum;
    m_impl->range.maximum = maximum;
    m_impl->scale = NumberScale(m_impl->range);
    setValue(m_impl->value);
}

void NumberField::attachLabel(QWidget* label) {
    label->setCursor(Qt::SizeHorCursor);
    label->installEventFilter(this);
    label->setToolTip(toolTipFor(m_impl->range, m_impl->scale));
}

bool NumberField::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_impl->edit) return m_impl->labelEvent(*event);
    if (event->type() == QEvent::KeyPress) return m_impl->keyPressed(static_cast<QKeyEvent&>(*event));
    if (event->type() == QEvent::Wheel && !m_impl->wheelTurned(static_cast<QWheelEvent&>(*event))) {
        event->ignore();
        return true;
    }
    return event->type() == QEvent::Wheel;
}

void NumberField::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) m_impl->edit->fitUnit();
}

}  // namespace larmor::ui
