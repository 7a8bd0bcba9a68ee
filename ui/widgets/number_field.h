#pragma once
// A number to type, to turn with the wheel when focused, to drag by its label; double click on the label resets it. Unit and range are shown.

#include <memory>

#include <QWidget>

namespace larmor::ui {

class NumberField : public QWidget {
    Q_OBJECT
public:
    struct Range {
        double minimum = 0, maximum = 1, step = 0;  ///< step 0: a hundredth of the range, or a twentieth of a decade if logarithmic
        double initial = 0;
        bool integer = false, logarithmic = false;
        bool slider = false;
        QString unit, toolTip;
    };
    explicit NumberField(const Range& range, QWidget* parent = nullptr);
    ~NumberField() override;

    [[nodiscard]] double value() const;  ///< the last right one
    void setValue(double value);  ///< without a signal; brought into the range
    [[nodiscard]] QString problem() const;  ///< why the typed text is wrong; empty if it is right
    [[nodiscard]] QString text() const;
    /// The label beside the field: dragging it changes the value, double click resets.
    void attachLabel(QWidget* label);
    /// Another range, e.g. the slices of another file. The value is brought into it, without a signal.
    void setRange(double minimum, double maximum);
    void selectAll();
    [[nodiscard]] QSize minimumSizeHint() const override;  ///< without the slider, which is hidden where there is no room

Q_SIGNALS:
    void valueEdited(double value);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace larmor::ui
