#pragma once
#include <optional>
#include <string>

namespace larmor::test {
/// Path of a file under ../shared/data ("kspace/sigpy_cartesian_ksp.npy"). Where there is none, says so on standard output
/// ("SKIPPED: ...") and gives nothing: the case then returns.
[[nodiscard]] std::optional<std::string> sharedData(const std::string& file, const std::string& testCase);
}  // namespace larmor::test
