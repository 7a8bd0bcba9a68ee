#include "core/cpu/methods.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "core/base/solvers/conjugate_gradient.h"
#include "core/base/solvers/fista.h"
#include "core/base/solvers/step_trace.h"
#include "core/base/solvers/total_variation.h"
#include "core/cpu/array_space.h"
#include "core/cpu/calibration_region.h"
#include "core/cpu/combine.h"
#include "core/cpu/espirit.h"
#include "core/cpu/sense_operator.h"
#include "core/cpu/slice_checks.h"
#include "core/cpu/wavelet.h"

namespace larmor::cpu {

namespace {

using NormalEquations = solvers::NormalEquations<ComplexArray>;
using StepHook = solvers::StepHook<ComplexArray>;
using SolverResult = solvers::SolverResult<ComplexArray>;

double lengthOfKept(const ComplexArray& kspace, const ByteArray& samples) {
    double squares = 0;
    for (std::int64_t coil = 0; coil < kspace.extent(0); ++coil)
        for (std::int64_t i = 0; i < samples.size(); ++i)
            if (samples[i]) squares += std::norm(std::complex<double>(kspace[coil * samples.size() + i]));
    return std::sqrt(squares);
}

/// A slice with its operator, in BART's units: k-space divided by picsScale.
class ScaledSlice {
public:
    ScaledSlice(const SliceProblem& problem, const ComplexArray& maps)
        : m_kept(keptByCoils(problem.kspace, problem.mask)), m_A(maps, m_kept), m_scale(picsScale(problem.kspace, problem.mask)) {
        m_equations.AHA = [this](const ComplexArray& x) { return m_A.normal(x); };
        m_equations.AHy = m_A.adjoint(problem.kspace);
        solvers::VectorSpace<ComplexArray>::scale(m_equations.AHy, 1 / m_scale);
        m_equations.yNorm = lengthOfKept(problem.kspace, problem.mask.samples()) / m_scale;
    }
    ScaledSlice(const ScaledSlice&) = delete;
    ScaledSlice& operator=(const ScaledSlice&) = delete;
    [[nodiscard]] const NormalEquations& equations() const { return m_equations; }
    /// From the solver's units, all sets as one image.
    [[nodiscard]] ComplexArray imageOf(const ComplexArray& x) const {
        ComplexArray image = m_A.hasSets() ? combineSets(x) : x;
        solvers::VectorSpace<ComplexArray>::scale(image, m_scale);
        return image;
    }

private:
    ByteArray m_kept;
    SenseOperator m_A;
    double m_scale;
    NormalEquations m_equations;
};

struct IterativeMethod {
    const char* name;
    SolverResult (*solve)(const NormalEquations&, const ParamValues&, const SliceProblem&, const StepHook&);
};

SolverResult cgSense(const NormalEquations& equations, const ParamValues& values, const SliceProblem&, const StepHook& hook) {
    return solvers::conjugateGradient(equations, {values.real("lambda"), values.integer("iterations"), values.real("tolerance")}, hook);
}

SolverResult l1Wavelet(const NormalEquations& equations, const ParamValues& values, const SliceProblem& problem, const StepHook& hook) {
    const solvers::FistaOptions options{values.real("step"), values.integer("iterations")};
    WaveletShrinkage shrinkage(problem.mask.readout(), problem.mask.phase(), values.real("lambda") * options.stepSize, values.boolean("random_shift"),
                               NoiseSource(static_cast<std::uint64_t>(problem.seed), static_cast<std::uint64_t>(problem.sliceIndex)));
    const solvers::ProximalMap<ComplexArray> prox = [&](const ComplexArray& z, std::int64_t) { return shrinkage(z); };
    return solvers::fista(equations, prox, options, hook);
}

SolverResult totalVariation(const NormalEquations& equations, const ParamValues& values, const SliceProblem&, const StepHook& hook) {
    const solvers::TotalVariationOptions options{values.real("lambda"), values.real("rho"), values.integer("iterations"), values.integer("inner_iterations")};
    return solvers::totalVariation(equations, options, hook);
}

constexpr std::array<IterativeMethod, 3> kIterative{{{"cg-sense", cgSense}, {"l1-wavelet", l1Wavelet}, {"tv", totalVariation}}};
constexpr const char* kZeroFilled = "zero-filled";

const IterativeMethod* iterative(const std::string& name) {
    const auto* const found = std::find_if(kIterative.begin(), kIterative.end(), [&](const auto& method) { return name == method.name; });
    return found == kIterative.end() ? nullptr : found;
}

void zeroFill(const ParamValues& values, const std::string& label, const SliceProblem& problem, const ComplexArray* maps, const RunControl& run,
              SliceSolution& solution) {
    const bool rss = values.choice("combination") == "rss" || !maps;
    if (maps) checkPlain(maps->rank() == 4, keptByCoils(problem.kspace, problem.mask).rank() == 3, kZeroFilled);
    const auto* const kept = problem.mask.samples().data();
    solution.image = rss ? combineRss(problem.kspace, kept) : combineMvue(problem.kspace, kept, *maps);
    solution.combination = rss ? "rss" : "mvue";
    run.progress->onStep({label, 1, 1, std::nullopt});
}

void iterate(const IterativeMethod& method, const ParamValues& values, const std::string& label, const SliceProblem& problem, const ComplexArray& maps,
             const RunControl& run, SliceSolution& solution) {
    const ScaledSlice slice(problem, maps);
    solvers::StepTrace trace(label, problem.sliceIndex, run);
    const auto solved = method.solve(slice.equations(), values, problem, [&](const solvers::SolverStep<ComplexArray>& step) {
        return trace.add(step.step, step.total, step.residual, [&] { return slice.imageOf(step.x); });
    });
    solution.trace = trace.take(solved.steps);
    solution.image = slice.imageOf(solved.x);
    solution.combination = "sense";
    solution.stoppedEarly = solved.stopped;
}

}  // namespace

SliceSolution reconstruct(const std::string& name, const std::string& label, const ParamValues& values, const SliceProblem& problem, bool needsMaps,
                          const RunControl& run) {
    const auto* const method = iterative(name);
    if (!method && name != kZeroFilled)
        throw PluginError(fmt::format("There is no method '{}' that runs on the CPU without LibTorch.", name), "Take \"cpu\" out of the method's sidecar.");
    SliceSolution solution;
    const ComplexArray* maps = nullptr;
    if (needsMaps) {
        if (!problem.maps) solution.maps = espirit(problem.kspace, problem.mask, problem.espirit, run);
        maps = &(problem.maps ? problem.maps : solution.maps)->maps;
        checkMaps(*maps, problem.kspace);
    }
    run.throwIfStopped();
    if (!method)
        zeroFill(values, label, problem, maps, run, solution);
    else if (!maps)
        throw PluginError("The method works with coil maps, but its manifest does not say that it needs \"maps\".");
    else
        iterate(*method, values, label, problem, *maps, run, solution);
    return solution;
}

}  // namespace larmor::cpu
