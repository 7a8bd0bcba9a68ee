#pragma once
// Parameters as data. From one ParamList come the form in the window, `--set name=value` on the command line, the stored
// protocol (JSON), the range check and the help text.

#include <map>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/error.h"

namespace larmor {

/// A Schedule is one real number, or several that are taken one after the other over the steps of a run: "2.1", "2.1,2.1,1".
enum class ParamType { Real, Integer, Boolean, Choice, Schedule };

using ParamValue = std::variant<double, std::int64_t, bool, std::string>;  ///< the alternative follows ParamType; a text for Schedule

[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(ParamType type);  ///< "real", "integer", "boolean", "choice", "schedule"

struct ParamSpec {
    std::string name;   ///< as in `--set name=value`: lower_snake_case
    std::string label;  ///< as in the form: "Regularisation λ"
    ParamType type = ParamType::Real;
    ParamValue initial;
    double minimum = 0, maximum = 0;  ///< Real, Integer and each number of a Schedule, both included
    double step = 0;                  ///< what a wheel notch adds; 0: chosen by the form
    bool logarithmic = false;         ///< shown on a logarithmic slider; a minimum of 0 then is its own position
    std::vector<std::string> choices;
    std::string unit;
    std::string doc;       ///< one sentence for tooltip and help
    bool advanced = false; ///< folded away in the form until asked for
};

using ParamList = std::vector<ParamSpec>;

/// Values of the parameters of one ParamList: complete and checked, or not constructed at all.
class LARMOR_BASE_EXPORT ParamValues {
public:
    ParamValues() = default;
    /// All at their initial values.
    explicit ParamValues(ParamList specs);

    /// @throws ParamError if the name is unknown, the text does not parse or the value is out of range.
    void setFromText(const std::string& name, const std::string& text);
    /// @throws ParamError as above; an integer is taken where a real is asked for, a number where a schedule is.
    void set(const std::string& name, ParamValue value);

    [[nodiscard]] double real(const std::string& name) const;
    [[nodiscard]] std::int64_t integer(const std::string& name) const;
    [[nodiscard]] bool boolean(const std::string& name) const;
    [[nodiscard]] const std::string& choice(const std::string& name) const;
    [[nodiscard]] std::vector<double> schedule(const std::string& name) const;  ///< at least one number
    [[nodiscard]] const ParamValue& value(const std::string& name) const;
    [[nodiscard]] std::string text(const std::string& name) const;  ///< shortest text that parses back to the same value
    [[nodiscard]] const ParamList& specs() const { return m_specs; }

    [[nodiscard]] nlohmann::json toJson() const;  ///< {"lambda": 0.002, "iterations": 60}
    /// Values from JSON; parameters that are missing keep their initial values. @throws ParamError
    static ParamValues fromJson(const ParamList& specs, const nlohmann::json& values);

private:
    [[nodiscard]] const ParamSpec& spec(const std::string& name) const;

    ParamList m_specs;
    std::map<std::string, ParamValue> m_values;
};

/// A ParamList from a plugin's sidecar: [{"name": "lambda", "type": "real", "default": 0.01, "min": 0, "max": 10, ...}].
/// Fields: name, type ("real", "integer", "boolean", "choice", "schedule"), default, doc; min and max for numbers; choices for choices; and, where
/// wanted, label, step, logarithmic, unit, advanced.
/// @throws PluginError naming the entry that is wrong.
[[nodiscard]] LARMOR_BASE_EXPORT ParamList paramListFromJson(const nlohmann::json& specs);

/// Splits "name=value". @throws UsageError
[[nodiscard]] LARMOR_BASE_EXPORT std::pair<std::string, std::string> splitAssignment(const std::string& text);

/// Help lines for a parameter list, one a parameter: "  lambda  real 0..10, default 0.01   regularisation ..."
[[nodiscard]] LARMOR_BASE_EXPORT std::string describe(const ParamList& specs);

}  // namespace larmor
