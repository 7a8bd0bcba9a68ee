#pragma once
// Helpers that need LibTorch, for the numeric tests.

#include <string>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <doctest/doctest.h>

#include "core/base/api/engine.h"
#include "core/base/api/plugin_manifest.h"
#include "core/cpu/cpu_first_engine.h"

// LibTorch's logging takes the name of doctest's most used macro.
#undef CHECK
#define CHECK DOCTEST_CHECK

namespace larmor::test {

constexpr double kDoubleTolerance = 1e-12;  ///< a few hundred roundings of 1e-16, sums of some thousand terms
constexpr double kFloatTolerance = 2e-6;    ///< the same in single precision

inline double tolerance(at::ScalarType type) {
    return type == at::kComplexDouble ? kDoubleTolerance : kFloatTolerance;
}

/// ||a - b|| / ||b|| in double precision
inline double relativeDistance(const at::Tensor& a, const at::Tensor& b) {
    const auto wide = b.is_complex() ? at::kComplexDouble : at::kDouble;
    const at::Tensor expected = b.to(wide);
    return (at::linalg_vector_norm(a.to(wide) - expected) / at::linalg_vector_norm(expected)).item<double>();
}

/// The methods that were built.
inline const PluginCatalogue& builtMethods() {
    static const PluginCatalogue catalogue = readPluginCatalogue({std::string(LARMOR_BINARY_DIR) + "/lib/larmor/plugins"});
    return catalogue;
}

}  // namespace larmor::test

extern "C" larmor::Engine* larmorCreateEngine();

namespace larmor::test {
/// LibTorch's alone: on the CPU, what a GPU runs.
inline Engine& torchEngine() {
    static Engine* one = larmorCreateEngine();
    return *one;
}
/// One engine for the whole program, as in the application.
inline Engine& engine() {
    static const auto one = cpu::cpuFirstEngine(torchEngine);
    return *one;
}
}  // namespace larmor::test
