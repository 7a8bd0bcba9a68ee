#pragma once
// What was found by steering, to be applied to other slices and scans: a method, its values, and what changes at which step.

#include <optional>
#include <string>
#include <vector>

#include "core/base/steering.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

struct Recipe {
    std::string method;
    nlohmann::json parameters = nlohmann::json::object();  ///< at the start, by name, the number of samples among them
    std::vector<SteeringChange> steering;
    std::optional<PriorRequest> prior;  ///< name, SHA-256 and contrast
    std::int64_t seed = 1;
    CoilPreparation coils = {};  ///< what is done to the coils first

    [[nodiscard]] nlohmann::json toJson() const;
    /// @throws InputError naming what is missing or wrong
    [[nodiscard]] static Recipe fromJson(const nlohmann::json& json);
};

/// @throws IoError, InputError naming the file
[[nodiscard]] Recipe readRecipe(const std::string& path);
/// Writes whole or not at all. @throws IoError
void writeRecipe(const std::string& path, const Recipe& recipe);

[[nodiscard]] Recipe recipeOf(const Protocol& protocol);
/// Method, values, steering, prior and seed of the request become the recipe's; source, mask, slices and device stay, and the preparation of
/// the coils where the request has one. A prior that the
/// request names already is used if its weights have the recipe's SHA-256; a contrast that it names wins. @throws UsageError, ParamError
void apply(const Recipe& recipe, ReconstructionRequest& request);
/// Parameters that a recipe gives another value on the way.
[[nodiscard]] std::vector<std::string> steeredParameters(const Recipe& recipe);

/// @throws InputError naming a parameter that the method does not have, or a value that it does not take
void checkSteering(const std::vector<SteeringChange>& changes, const ParamValues& start);

/// Tells every slice of a run what a person told one.
class RecipeSteering final : public Steering {
public:
    /// @param from  where the first slice goes on instead of at its beginning, with the values that hold there
    explicit RecipeSteering(std::vector<SteeringChange> changes, std::optional<StepState> from = std::nullopt);
    [[nodiscard]] NextStep next(std::int64_t slice, const StepState& at, const ParamValues& last) override;
    void done(const StepRecord& record) override;
    /// Whether the method ever asked: false for those that cannot be steered.
    [[nodiscard]] bool asked() const { return m_asked; }

private:
    std::vector<SteeringChange> m_changes;
    std::optional<StepState> m_from;
    bool m_asked = false;
};

}  // namespace larmor::session
