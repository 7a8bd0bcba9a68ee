#include "core/base/io/json_file.h"

#include "core/base/io/file_facts.h"
#include "core/base/io/sidecar.h"

namespace larmor::io {

namespace {
constexpr std::uint64_t kLargest = 1 << 20;
}

nlohmann::json readJsonFile(const std::string& path) {
    return parseJson(readSmallFile(path, kLargest), path, "");
}

}  // namespace larmor::io
