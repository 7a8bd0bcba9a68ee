#include "core/base/error.h"

#include <utility>

#include <fmt/format.h>

namespace larmor {

namespace {
std::string ioMessage(const std::string& path, const std::string& dataset, const std::string& expected, const std::string& found) {
    std::string text = dataset.empty() ? path : fmt::format("{}, data set '{}'", path, dataset);
    if (expected.empty()) return fmt::format("{}: {}.", text, found);
    if (found.empty()) return fmt::format("{}: expected {}.", text, expected);
    return fmt::format("{}: expected {}, found {}.", text, expected, found);
}
}  // namespace

Error::Error(const std::string& message, std::string hint) : std::runtime_error(message), m_hint(std::move(hint)) {}
Error::~Error() = default;

std::string Error::fullText() const {
    return m_hint.empty() ? std::string(what()) : fmt::format("{} {}", what(), m_hint);
}

DeviceError notEnoughMemory(const std::string& task, const std::string& device) {
    return DeviceError(fmt::format("There is not enough memory on {} for {}.", device, task),
                       "Close other programs, take fewer coils or a smaller matrix, or choose another device.");
}

ParamError::ParamError(std::string parameter, const std::string& reason, std::string hint)
    : UsageError(fmt::format("Parameter '{}': {}", parameter, reason), std::move(hint)), m_parameter(std::move(parameter)) {}

IoError::IoError(std::string path, std::string dataset, std::string expected, std::string found, std::string hint)
    : InputError(ioMessage(path, dataset, expected, found), std::move(hint)),
      m_path(std::move(path)),
      m_dataset(std::move(dataset)),
      m_expected(std::move(expected)),
      m_found(std::move(found)) {}

ShapeError::ShapeError(std::string name, std::string expected, std::string found, std::string hint)
    : InputError(fmt::format("Size of {}: expected {}, found {}.", name, expected, found), std::move(hint)) {}

Cancelled::~Cancelled() = default;

}  // namespace larmor
