#include "tests/support/shared_data.h"

#include <filesystem>
#include <iostream>

namespace larmor::test {

std::optional<std::string> sharedData(const std::string& file, const std::string& testCase) {
    const std::filesystem::path folder = std::filesystem::path(LARMOR_SOURCE_DIR) / "../shared/data";
    if (!std::filesystem::exists(folder)) {
        std::cout << "SKIPPED: " << testCase << " because ../shared/data is not there\n";
        return std::nullopt;
    }
    if (!std::filesystem::exists(folder / file)) {
        std::cout << "SKIPPED: " << testCase << " because ../shared/data/" << file << " is not there\n";
        return std::nullopt;
    }
    return (folder / file).lexically_normal().string();
}

}  // namespace larmor::test
