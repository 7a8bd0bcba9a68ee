#include "app/cli/parse_error.h"

#include <algorithm>

#include <fmt/format.h>

namespace larmor::cli {

namespace {

const CLI::App& chosenCommand(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : chosenCommand(*chosen.front());
}

std::string commandName(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app.get_name() : app.get_name() + " " + commandName(*chosen.front());
}

bool hasVerbs(const CLI::App& command) { return !command.get_subcommands({}).empty(); }

std::size_t editDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] != b[j - 1])});
            corner = above;
        }
    }
    return row[b.size()];
}

/// " Did you mean --slices?", or nothing where no name is near.
std::string nearest(const std::string& wrong, const std::vector<std::string>& names) {
    const auto closest = std::min_element(names.begin(), names.end(), [&](const auto& a, const auto& b) { return editDistance(wrong, a) < editDistance(wrong, b); });
    if (closest == names.end() || editDistance(wrong, *closest) > 2) return {};
    return " Did you mean " + *closest + "?";
}

std::vector<std::string> knownNames(const CLI::App& app) {
    const auto& command = chosenCommand(app);
    std::vector<std::string> names;
    for (const auto* verb : command.get_subcommands({})) names.push_back(verb->get_name());
    for (const auto* option : command.get_options())
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

std::string unexpected(const CLI::App& app) {
    const auto extras = app.remaining(true);
    if (extras.empty()) return "There is an argument too many.";
    const auto& wrong = extras.front();
    const bool verb = hasVerbs(chosenCommand(app)) && wrong.front() != '-';
    const auto kind = verb ? "not a verb of " + commandName(app) : "not an option that is known here";
    return fmt::format("'{}' is {}.{}", wrong, kind, nearest(wrong, knownNames(app)));
}

std::string sentence(const CLI::ParseError& error, const CLI::App& app) {
    if (dynamic_cast<const CLI::ExtrasError*>(&error)) return unexpected(app);
    std::string text = error.what();
    if (hasVerbs(chosenCommand(app)) && dynamic_cast<const CLI::RequiredError*>(&error)) return app.remaining(true).empty() ? "No verb is given." : unexpected(app);
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
    return text + ".";
}

}  // namespace

std::string sentenceOf(const CLI::ParseError& error, const CLI::App& app) {
    return fmt::format("{} See: {} --help", sentence(error, app), commandName(app));
}

}  // namespace larmor::cli
