#pragma once
// A form made from a ParamList: number fields with unit and range, logarithmic sliders, choices, check boxes. A wrong value is marked in
// place with the reason.

#include <memory>

#include <QWidget>

#include "core/base/param_spec.h"

namespace larmor::ui {

class ParamForm : public QWidget {
    Q_OBJECT
public:
    /// Object names of the fields: "<prefix>.<parameter>", e.g. "method.lambda".
    explicit ParamForm(const QString& prefix, QWidget* parent = nullptr);
    ~ParamForm() override;

    void setSpecs(const ParamList& specs);
    /// Values as they stand; fields that hold wrong text keep their last right value, see firstProblem().
    [[nodiscard]] ParamValues values() const;
    void setValues(const ParamValues& values);
    /// Puts a widget behind the field of a parameter that the form has. It goes with the next setSpecs().
    void placeBeside(const std::string& parameter, QWidget* widget);
    /// "Regularisation λ: must be at most 10", or empty if all is right. Opens the fold if the field is under it.
    [[nodiscard]] QString firstProblem() const;

Q_SIGNALS:
    void edited();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;  ///< double click on a label resets its parameter

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace larmor::ui
