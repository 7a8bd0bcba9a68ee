#pragma once
// Priors without weights for tests: N(0, sigma_data^2) in every pixel, in files like any other prior's.

#include <string>

#include "core/base/data/prior_card.h"

namespace larmor::test {

/// The card of such a prior; its hash is made from its name.
[[nodiscard]] PriorCard gaussianPriorCard(const std::string& name = "gauss", double sigmaData = 0.5);
void writePrior(const std::string& path, const PriorCard& card);

/// Sets a variable of the environment for as long as it lives.
class EnvironmentGuard {
public:
    EnvironmentGuard(std::string name, const std::string& value);
    ~EnvironmentGuard();
    EnvironmentGuard(const EnvironmentGuard&) = delete;
    EnvironmentGuard& operator=(const EnvironmentGuard&) = delete;

private:
    std::string m_name, m_before;
    bool m_wasSet;
};

}  // namespace larmor::test
