#pragma once
// From held-out errors to a value, and to whether they tell one.

#include <optional>

#include "core/base/data/tuning.h"
#include "core/base/param_spec.h"
#include "core/session/held_out.h"

namespace larmor::session {

/// The values that a parameter is tried at: those of `texts`; where there are none, a grid that is known to be useful for the shipped
/// methods, else seven values within the parameter's range in equal ratios, from a tenth to ten times the initial value. By rising value,
/// each once. @param current  the method's values: the grid of a parameter whose useful values hang on others (ζ on the number of steps)
/// lies around the one there; null: around the initial one
/// @throws ParamError if the method has no such parameter, if it is no number, or for a value it cannot take
[[nodiscard]] std::vector<double> tuningValues(const std::string& method, const ParamList& specs, const std::string& parameter,
                                               const std::vector<std::string>& texts = {}, const ParamValues* current = nullptr);
/// True for a parameter whose value leans on the one that it has otherwise, where the lines do not speak against that: ζ of `dps`, for whose
/// error a few held-out lines are a rough measure and the prior's recommendation a good one.
[[nodiscard]] bool leansOnCurrent(const std::string& method, const std::string& parameter);
/// Halfway (in the logarithm) from the lowest point to the value nearest to `current` among those that are worse by at most two standard
/// errors of the difference. `current`, where that is 0.
[[nodiscard]] double leaning(const Tuning& tuning, double current);
/// The value that is used leans: it is not the one that the curve alone would have given.
[[nodiscard]] bool leaned(const Tuning& tuning);
/// The parameters of a shipped method that tuningValues() has such a grid for.
[[nodiscard]] std::vector<std::string> usuallyTuned(const std::string& method);
/// The value to try next where the error is lowest at an end of the curve: twice (or half) that value, or as far as the last two are apart
/// if that is more. nullopt where the minimum lies inside, where the curve is flat or predicts nothing, and where the range ends.
[[nodiscard]] std::optional<double> valueBeyond(const Tuning& tuning, const ParamList& specs);
/// Sets a Real, an Integer (rounded) or a Schedule of one value. @throws ParamError
void setNumber(ParamValues& values, const std::string& parameter, double value);
/// The number that a parameter has; of a Schedule the mean. @throws ParamError if it is no number
[[nodiscard]] double numberOf(const ParamValues& values, const std::string& parameter);

/// Fills the curve, where it is lowest, how flat it is there, and the doubt where the samples do not tell: fewer than 2 kFewestHeldOut
/// units, fewer than three values with a finite error, no difference above its standard error, a lowest error of 1 or more (zeros predict
/// as well), or the lowest error at an end of the values. Relative errors are ratios of sums over units; their standard errors follow from
/// the units' residuals (ratio estimator), those of a difference from the difference of the residuals unit by unit. `lowest` is the vertex
/// of the parabola in log(value) through the lowest point and its neighbours.
/// @param errors  [value][unit], the same units for each value
void judge(Tuning& tuning, const std::vector<double>& values, const std::vector<std::vector<UnitError>>& errors);

}  // namespace larmor::session
