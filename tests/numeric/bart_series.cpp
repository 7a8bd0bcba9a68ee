// Series against BART where it has the same problem: sparse in temporal frequency, without wavelets in space. BART's locally low rank (-R L)
// is another model than L+S, and its wavelets over time (-R W:1024) are no Fourier transform: those have NumPy as their witness
// (series_solvers.cpp).
#include <doctest/doctest.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/base/masks/mask_generator.h"
#include "core/recon/mask_tensor.h"
#include "core/recon/operators/series_sense_operator.h"
#include "core/recon/series/kt_shrinkage.h"
#include "core/recon/solvers/fista.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/bart_helpers.h"
#include "tests/numeric/tensors.h"
#include "tests/support/bart.h"
#include "tests/support/moving_phantom.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::test;

namespace {
constexpr std::int64_t kFrames = 8, kCoils = 5, kReadout = 48, kPhase = 44;

/// [frame, coil, readout, phase] or, with one frame, [coil, readout, phase] in BART's order: readout, phase, -, coil, and frame as dimension 10.
void putSeries(const std::string& path, const ComplexArray& x) {
    const std::int64_t frames = x.rank() == 4 ? x.extent(0) : 1, coils = x.extent(x.rank() - 3), pixels = kReadout * kPhase;
    std::vector<cfloat> theirs(static_cast<std::size_t>(x.size()));
    for (std::int64_t item = 0; item < frames * coils; ++item)
        for (std::int64_t r = 0; r < kReadout; ++r)
            for (std::int64_t p = 0; p < kPhase; ++p)
                theirs[static_cast<std::size_t>(item * pixels + p * kReadout + r)] = x[item * pixels + r * kPhase + p];
    writeFile(path + ".hdr", fmt::format("# Dimensions\n{} {} 1 {} 1 1 1 1 1 1 {} 1 1 1 1 1\n", kReadout, kPhase, coils, frames));
    writeRaw<cfloat>(path + ".cfl", theirs);
}

ComplexArray getSeries(const std::string& path) {
    const auto stored = readRaw<cfloat>(path + ".cfl");
    REQUIRE(stored.size() == static_cast<std::size_t>(kFrames * kReadout * kPhase));
    ComplexArray images({kFrames, kReadout, kPhase});
    for (std::int64_t t = 0; t < kFrames; ++t)
        for (std::int64_t r = 0; r < kReadout; ++r)
            for (std::int64_t p = 0; p < kPhase; ++p) images(t, r, p) = stored[static_cast<std::size_t>((t * kPhase + p) * kReadout + r)];
    return images;
}
}  // namespace

TEST_CASE("Sparse temporal frequencies: the same images as BART's ADMM with l1-Fourier over time") {
    if (!haveBart("k-t sparse against BART")) return;
    const auto scan = movingScan({kFrames, 1, kCoils, kReadout, kPhase, 0.01}, "none");
    const auto masks = masks::generateSeries(masks::parseMaskSpec("kt-uniform:R=4,acs=10"), kReadout, kPhase, kFrames);
    ComplexArray kspace({kFrames, kCoils, kReadout, kPhase});
    std::vector<at::Tensor> maskTensors;
    for (std::int64_t t = 0; t < kFrames; ++t) {
        const auto& mask = masks[static_cast<std::size_t>(t)];
        const ComplexArray frame = applyMask(scan->readSlice(t), mask);
        std::copy(frame.values().begin(), frame.values().end(), kspace.block(t).begin());
        maskTensors.push_back(recon::toTensor(mask));
    }
    const ComplexArray maps = phantomMaps(kCoils, kReadout, kPhase);
    const SeriesSenseOperator A(toTensor(maps), at::stack(maskTensors));
    const at::Tensor y = toTensor(kspace);
    const NormalEquations equations{[&A](const at::Tensor& x) { return A.normal(x); }, A.adjoint(y), length(y)};

    const TempDir folder;
    putSeries(folder.file("kspace"), kspace);
    putSeries(folder.file("maps"), maps);
    for (const double lambda : {0.01, 0.05}) {
        CAPTURE(lambda);
        KtShrinkage shrinkage(kReadout, kPhase, {lambda * 0.95, false, false}, NoiseSource(1));
        const auto prox = [&](const at::Tensor& z, std::int64_t) { return shrinkage(z); };
        const ComplexArray ours = toComplexArray(fista(equations, prox, {0.95, 200}).x);
        // Its transform over time is not orthonormal, so that its weight is ours over the root of the frames, and FISTA does not apply.
        const auto weight = std::to_string(lambda / std::sqrt(static_cast<double>(kFrames)));
        const auto ran = runProgram("/usr/bin/bart", {"pics", "-w1", "-m", "-u0.1", "-C20", "-i300", "-R", "F:1024:0:" + weight, folder.file("kspace"),
                                                      folder.file("maps"), folder.file("image")});
        REQUIRE(ran.exitCode == 0);
        const double apart = magnitudeNrmse(ours, getSeries(folder.file("image")));
        MESSAGE("lambda ", lambda, ": NRMSE between ", apart);
        CHECK(apart < 1e-3);
    }
}
