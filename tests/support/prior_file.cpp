#include "tests/support/prior_file.h"

#include <cstdlib>

#include "core/base/hash.h"
#include "core/base/io/safetensors.h"

namespace larmor::test {

PriorCard gaussianPriorCard(const std::string& name, double sigmaData) {
    PriorCard card;
    card.name = name;
    card.family = "gaussian";
    card.network = nlohmann::json::object();
    card.sigmaData = sigmaData;
    card.logSigmaMean = -1.2;
    card.logSigmaStd = 1.2;
    card.weightsHash = sha256({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
    return card;
}

void writePrior(const std::string& path, const PriorCard& card) {
    io::writeSafeTensors(path, {}, {{kPriorCardKey, card.toJson().dump()}});
}

EnvironmentGuard::EnvironmentGuard(std::string name, const std::string& value) : m_name(std::move(name)) {
    const char* before = std::getenv(m_name.c_str());
    m_wasSet = before != nullptr;
    if (before) m_before = before;
    setenv(m_name.c_str(), value.c_str(), 1);
}

EnvironmentGuard::~EnvironmentGuard() {
    if (m_wasSet)
        setenv(m_name.c_str(), m_before.c_str(), 1);
    else
        unsetenv(m_name.c_str());
}

}  // namespace larmor::test
