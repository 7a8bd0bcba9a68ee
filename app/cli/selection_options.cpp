#include "app/cli/selection_options.h"

#include <charconv>

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "core/base/error.h"
#include "core/base/param_spec.h"
#include "core/session/shell_quote.h"

namespace larmor::cli {

namespace {

std::int64_t countOf(const std::string& text, const std::string& contrast) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size())
        throw UsageError(fmt::format("'{}' is no number of subjects of {}.", text, contrast), "Write --subjects FLAIR=20.");
    return count;
}

}  // namespace

void SelectionOptions::addTo(CLI::App& command, bool withSubjects) {
    addRepeatable(command, "--only", only, "Takes images of this contrast alone; repeatable");
    addRepeatable(command, "--without", without, "Leaves images of this contrast out; repeatable");
    if (withSubjects) addRepeatable(command, "--subjects", subjects, "CONTRAST=N: trains on N subjects of this contrast alone; repeatable");
}

void SelectionOptions::apply(training::ImageSelection& selection) const {
    if (!only.empty()) selection.only = only;
    if (!without.empty()) selection.without = without;
    if (!subjects.empty()) selection.subjects.clear();
    for (const auto& text : subjects) {
        const auto [contrast, number] = splitAssignment(text);
        selection.subjects[contrast] = countOf(number, contrast);
    }
    selection.check();
}

std::string SelectionOptions::commandText() const {
    std::string text;
    for (const auto& name : only) text += " --only " + session::shellQuoted(name);
    for (const auto& name : without) text += " --without " + session::shellQuoted(name);
    for (const auto& assignment : subjects) text += " --subjects " + session::shellQuoted(assignment);
    return text;
}

}  // namespace larmor::cli
