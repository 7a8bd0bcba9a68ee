#include "core/base/training/subject_split.h"

#include <regex>

#include <fmt/format.h>

#include "core/base/hash.h"

namespace larmor::training {

namespace {
bool matches(const std::string& subject, const std::string& expression) {
    if (expression.empty()) return false;
    try {
        return std::regex_match(subject, std::regex(expression));
    } catch (const std::regex_error& error) {
        throw UsageError(fmt::format("'{}' is no regular expression: {}.", expression, error.what()));
    }
}
}  // namespace

double placeOf(const std::string& subject) {
    const auto digest = sha256({reinterpret_cast<const std::uint8_t*>(subject.data()), subject.size()});
    return static_cast<double>(std::stoul(digest.substr(0, 8), nullptr, 16)) / 4294967296.0;
}

io::Split splitOf(const std::string& subject, const SplitRule& rule) {
    if (matches(subject, rule.validate)) return io::Split::Validate;
    if (matches(subject, rule.test)) return io::Split::Test;
    const double place = placeOf(subject);
    if (place < rule.validateShare) return io::Split::Validate;
    return place < rule.validateShare + rule.testShare ? io::Split::Test : io::Split::Train;
}

}  // namespace larmor::training
