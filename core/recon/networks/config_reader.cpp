#include "core/recon/networks/config_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/error.h"

namespace larmor::recon::networks {

namespace {
constexpr std::size_t kMaxListed = 16;
}

ConfigReader::ConfigReader(std::string family, const nlohmann::json& config) : m_family(std::move(family)), m_config(config) {
    if (!config.is_object())
        throw InputError(fmt::format("The configuration of a {} network is {}; it must be an object.", m_family, config.dump()));
}

const nlohmann::json* ConfigReader::find(const std::string& name, const nlohmann::json& otherwise) {
    const auto found = m_config.find(name);
    const bool isGiven = found != m_config.end();
    m_complete[name] = isGiven ? *found : otherwise;
    return isGiven ? &*found : nullptr;
}

void ConfigReader::refuse(const std::string& name, const std::string& expected) const {
    const std::string found = m_config.contains(name) ? m_config.at(name).dump() : "missing";
    throw InputError(fmt::format("Option '{}' of a {} network is {}; it must be {}.", name, m_family, found, expected));
}

void ConfigReader::require(const std::string& name) {
    if (!m_config.contains(name)) refuse(name, "given");
}

std::int64_t ConfigReader::integer(const std::string& name, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
    const auto* value = find(name, otherwise);
    if (!value) return otherwise;
    if (!value->is_number_integer() || *value < least || *value > most)
        refuse(name, fmt::format("a whole number from {} to {}", least, most));
    return value->get<std::int64_t>();
}

double ConfigReader::real(const std::string& name, double otherwise, double least, double most) {
    const auto* value = find(name, otherwise);
    if (!value) return otherwise;
    if (!value->is_number() || !(*value >= least) || !(*value <= most)) refuse(name, fmt::format("a number from {} to {}", least, most));
    return value->get<double>();
}

std::vector<std::int64_t> ConfigReader::integers(const std::string& name, const std::vector<std::int64_t>& otherwise, std::int64_t least,
                                                 std::int64_t most) {
    const auto* value = find(name, otherwise);
    if (!value) return otherwise;
    const auto fits = [&](const nlohmann::json& item) { return item.is_number_integer() && item >= least && item <= most; };
    if (!value->is_array() || value->size() > kMaxListed || !std::all_of(value->begin(), value->end(), fits))
        refuse(name, fmt::format("a list of at most {} whole numbers from {} to {}", kMaxListed, least, most));
    return value->get<std::vector<std::int64_t>>();
}

std::string ConfigReader::choice(const std::string& name, const std::string& otherwise, const std::vector<std::string>& choices) {
    const auto* value = find(name, otherwise);
    if (!value) return otherwise;
    if (!value->is_string() || std::find(choices.begin(), choices.end(), value->get<std::string>()) == choices.end())
        refuse(name, fmt::format("one of {}", fmt::join(choices, ", ")));
    return value->get<std::string>();
}

nlohmann::json ConfigReader::finish() const {
    std::vector<std::string> known;
    for (const auto& [name, value] : m_complete.items()) known.push_back(name);
    for (const auto& [name, value] : m_config.items())
        if (!m_complete.contains(name))
            throw InputError(fmt::format("A {} network has no option '{}'.", m_family, name),
                             fmt::format("There are: {}.", fmt::join(known, ", ")));
    return m_complete;
}

}  // namespace larmor::recon::networks
