#pragma once
// Reads a network's options from JSON; what is unknown, missing or out of range is refused by name.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace larmor::recon::networks {

class ConfigReader {
public:
    /// @throws InputError unless `config` is an object
    ConfigReader(std::string family, const nlohmann::json& config);
    /// Each returns the option, or `otherwise` where it is absent. @throws InputError
    [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t otherwise, std::int64_t least, std::int64_t most);
    [[nodiscard]] double real(const std::string& name, double otherwise, double least, double most);
    [[nodiscard]] std::vector<std::int64_t> integers(const std::string& name, const std::vector<std::int64_t>& otherwise,
                                                     std::int64_t least, std::int64_t most);
    [[nodiscard]] std::string choice(const std::string& name, const std::string& otherwise, const std::vector<std::string>& choices);
    /// @throws InputError unless it is there
    void require(const std::string& name);
    /// After all options were asked for: the configuration with every option spelled out. @throws InputError naming one that nobody
    /// asked for
    [[nodiscard]] nlohmann::json finish() const;
    [[noreturn]] void refuse(const std::string& name, const std::string& expected) const;

private:
    /// nullptr: not given, `otherwise` holds
    [[nodiscard]] const nlohmann::json* find(const std::string& name, const nlohmann::json& otherwise);

    std::string m_family;
    const nlohmann::json& m_config;
    nlohmann::json m_complete = nlohmann::json::object();
};

}  // namespace larmor::recon::networks
