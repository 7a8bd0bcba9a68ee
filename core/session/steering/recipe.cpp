#include "core/session/steering/recipe.h"

#include <set>

#include <fmt/format.h>

#include "core/base/io/json_file.h"
#include "core/base/io/text_file.h"
#include "core/session/engine_host.h"
#include "core/session/prior_choice.h"
#include "core/session/steering/branch_tree.h"

namespace larmor::session {

using nlohmann::json;

namespace {

constexpr const char* kRecipe = "larmor_recipe";
constexpr int kRecipeFormat = 1;

template <class T>
T field(const json& source, const char* name) {
    if (!source.contains(name)) throw InputError(fmt::format("The recipe lacks '{}'.", name));
    try {
        return source.at(name).get<T>();
    } catch (const json::exception&) {
        throw InputError(fmt::format("'{}' of the recipe is {}, which is of the wrong type.", name, source.at(name).dump()));
    }
}

}  // namespace

json Recipe::toJson() const {
    json result{
        {kRecipe, kRecipeFormat}, {"method", method}, {"parameters", parameters}, {"steering", steeringToJson(steering)}, {"seed", seed}};
    if (!coils.isNothing()) result["coils"] = coils.toJson();
    if (prior) result["prior"] = {{"name", prior->prior}, {"sha256", prior->hash}, {"contrast", prior->contrast}};
    return result;
}

Recipe Recipe::fromJson(const json& source) {
    if (!source.is_object() || !source.contains(kRecipe))
        throw InputError(fmt::format("This is not a recipe: '{}' is missing.", kRecipe),
                         "larmor-cli info RESULT --recipe FILE writes one.");
    if (source.at(kRecipe) != kRecipeFormat)
        throw InputError(
            fmt::format("The recipe is of format {}; this version reads format {}.", source.at(kRecipe).dump(), kRecipeFormat));
    Recipe recipe;
    recipe.method = field<std::string>(source, "method");
    recipe.parameters = field<json::object_t>(source, "parameters");
    recipe.steering = steeringFromJson(field<json>(source, "steering"), "recipe");
    recipe.seed = field<std::int64_t>(source, "seed");
    if (source.contains("coils")) recipe.coils = CoilPreparation::fromJson(source.at("coils"));
    if (source.contains("prior")) {
        const json& prior = source.at("prior");
        if (!prior.is_object()) throw InputError("'prior' of the recipe is not an object.");
        recipe.prior =
            PriorRequest{field<std::string>(prior, "name"), field<std::string>(prior, "contrast"), field<std::string>(prior, "sha256")};
    }
    return recipe;
}

Recipe readRecipe(const std::string& path) {
    const json source = io::readJsonFile(path);
    try {
        return Recipe::fromJson(source);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", path, error.what()), error.hint());
    }
}

void writeRecipe(const std::string& path, const Recipe& recipe) {
    io::writeTextFile(path, recipe.toJson().dump(2) + "\n");
}

Recipe recipeOf(const Protocol& protocol) {
    Recipe recipe{protocol.method, protocol.parameters, protocol.steering, std::nullopt, protocol.seed};
    recipe.coils = protocol.coils;
    if (const auto& prior = protocol.prior) recipe.prior = requestOf(*prior);
    return recipe;
}

void apply(const Recipe& recipe, ReconstructionRequest& request) {
    const auto& method = plugins().method(recipe.method);
    request.method = recipe.method;
    request.parameters = ParamValues::fromJson(method.params, recipe.parameters);
    checkSteering(recipe.steering, request.parameters);
    request.steering = recipe.steering;
    request.chosenParameters.reset();
    request.seed = recipe.seed;
    if (request.coils.isNothing()) request.coils = recipe.coils;
    if (!recipe.prior) return;
    const auto own = request.prior.value_or(PriorRequest{});
    request.prior = recipe.prior;
    if (!own.prior.empty()) request.prior->prior = own.prior;
    if (!own.contrast.empty()) request.prior->contrast = own.contrast;
}

std::vector<std::string> steeredParameters(const Recipe& recipe) {
    std::set<std::string> names;
    for (const auto& change : recipe.steering)
        for (const auto& [name, value] : change.values.items()) names.insert(name);
    return {names.begin(), names.end()};
}

void checkSteering(const std::vector<SteeringChange>& changes, const ParamValues& start) {
    for (const auto& change : changes) try {
            (void)withChanges(start, change.values);
        } catch (const ParamError& error) {
            throw InputError(fmt::format("What changes from step {} on does not fit the method. {}", change.step + 1, error.what()),
                             error.hint());
        }
}

RecipeSteering::RecipeSteering(std::vector<SteeringChange> changes, std::optional<StepState> from)
    : m_changes(std::move(changes)), m_from(std::move(from)) {}

NextStep RecipeSteering::next(std::int64_t, const StepState& at, const ParamValues& last) {
    m_asked = true;
    NextStep answer{last, std::exchange(m_from, std::nullopt), false};
    const auto step = answer.from ? answer.from->step : at.step;
    for (const auto& change : m_changes) {
        if (change.step == step || (answer.from && change.step < step)) answer.values = withChanges(answer.values, change.values);
        answer.ends = answer.ends || (change.ends && change.step <= step);
    }
    return answer;
}

void RecipeSteering::done(const StepRecord&) {}

}  // namespace larmor::session
