// Missing lines of each coil as sums of acquired ones near to them, with weights that are fitted where all lines are acquired.
// [Griswold et al., Magn Reson Med 2002]
#include <algorithm>
#include <limits>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/recon/coils/combine.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/method.h"
#include "plugins/method_grappa/line_pattern.h"

namespace larmor::recon {

namespace {
constexpr std::int64_t kFewestPlaces = 4;  ///< along phase, at which a kernel must fit into the ACS

struct GrappaOptions {
    std::int64_t taps = 5;     ///< along readout
    std::int64_t perSide = 2;  ///< acquired lines on either side
    double lambda = 0;         ///< Tikhonov weight, relative to the mean of the diagonal
};

/// Which lines are acquired. @throws InputError where parts of lines are missing
std::vector<bool> acquiredLines(const at::Tensor& mask) {
    const at::Tensor lines = mask[0].cpu().contiguous();
    if (!at::equal(mask, mask[0].expand_as(mask)))
        throw InputError("GRAPPA fills whole lines along readout, but this mask leaves out parts of lines.",
                         "Take a mask of lines, or the method 'spirit', which fills any mask.");
    const float* kept = lines.const_data_ptr<float>();
    return std::vector<bool>(kept, kept + lines.numel());
}

/// What makes the targets: for each place (line, readout) its values in all coils, taps and lines of the pattern.
/// @param y [coil, readout + taps - 1, phase], framed by zeros; @return [line * readout, coil * pattern * taps]
at::Tensor sourcesOf(const at::Tensor& y, const LinePattern& pattern, const std::vector<std::int64_t>& lines, std::int64_t taps) {
    std::vector<std::int64_t> columns;
    for (const auto line : lines)
        for (const auto distance : pattern) columns.push_back(line + distance);
    const at::Tensor picked = y.index_select(2, at::tensor(columns, at::kLong).to(y.device()));
    const auto count = static_cast<std::int64_t>(lines.size()), width = static_cast<std::int64_t>(pattern.size());
    const at::Tensor windows =
        picked.reshape({y.size(0), y.size(1), count, width}).unfold(1, taps, 1);  // [coil, readout, line, pattern, taps]
    const auto readout = windows.size(1);
    return windows.permute({2, 1, 0, 3, 4}).reshape({count * readout, y.size(0) * width * taps});
}

class Grappa final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        const bool rss = values.choice("combination") == "rss" || !in.A;
        const at::Tensor images = ifft2c(filled(in, {values.integer("taps"), values.integer("lines") / 2, values.real("lambda")}, run));
        return {rss ? combineRss(images) : combineMvue(images, in.A->maps()), {}, rss ? "rss" : "mvue"};
    }

private:
    static at::Tensor filled(const MethodInput& in, const GrappaOptions& options, const RunControl& run) {
        run.throwIfStopped();
        const auto acquired = acquiredLines(in.mask);
        const auto acs = centralBlock(acquired);
        const bool isThinned = in.mask.min().item<float>() == 0;
        if (acs.count - kFewestPlaces < 3 && isThinned)
            throw InputError(
                fmt::format("GRAPPA learns its weights from fully sampled lines in the middle of k-space; there are {}.", acs.count),
                fmt::format("Take a mask with at least {} of them.", kFewestPlaces + 3));
        if (in.y.size(1) < options.taps && isThinned)
            throw InputError(fmt::format("GRAPPA's kernel of {} samples is longer than the readout, {} samples.", options.taps, in.y.size(1)), "Take fewer taps, or another method.");
        const auto missing = missingLines(acquired, options.perSide, acs.count - kFewestPlaces);
        const std::int64_t before = options.taps / 2, after = options.taps - 1 - before;
        const at::Tensor framed = at::constant_pad_nd(in.y, {0, 0, before, after});
        at::Tensor full = in.y.clone();
        std::int64_t step = 0;
        for (const auto& [pattern, lines] : missing) {
            run.throwIfStopped();
            const at::Tensor weights = fitted(in.y, acs, pattern, options);
            const at::Tensor made = at::matmul(sourcesOf(framed, pattern, lines, options.taps), weights);  // [line * readout, coil]
            const auto count = static_cast<std::int64_t>(lines.size());
            full.index_copy_(2, at::tensor(lines, at::kLong).to(full.device()), made.reshape({count, in.y.size(1), -1}).permute({2, 1, 0}));
            run.progress->onStep({"GRAPPA", ++step, static_cast<std::int64_t>(missing.size()), std::nullopt});
        }
        if (missing.empty()) run.progress->onStep({"GRAPPA", 1, 1, std::nullopt});
        return full;
    }

    /// min ||S w - t||^2 + lambda ||w||^2 over all places where the pattern and its target lie within the ACS, a column a coil.
    static at::Tensor fitted(const at::Tensor& y, const LineBlock& acs, const LinePattern& pattern, const GrappaOptions& options) {
        std::vector<std::int64_t> targets;
        const auto first = acs.first - std::min<std::int64_t>(pattern.front(), 0);
        for (std::int64_t i = 0; i <= acs.count - spanOf(pattern); ++i) targets.push_back(first + i);
        const at::Tensor S = sourcesOf(y, pattern, targets, options.taps);
        const at::Tensor inner = y.narrow(1, options.taps / 2, y.size(1) - options.taps + 1);
        const at::Tensor t =
            inner.index_select(2, at::tensor(targets, at::kLong).to(y.device())).permute({2, 1, 0}).reshape({-1, y.size(0)});
        at::Tensor gram = at::matmul(S.conj().t(), S);
        const double mean = at::real(gram.diagonal()).mean().item<double>();
        gram.diagonal().add_(options.lambda * mean + kFloor * mean + std::numeric_limits<float>::min());
        return at::linalg_solve(gram, at::matmul(S.conj().t(), t));
    }

    static constexpr double kFloor = 1e-6;  ///< what single precision needs for the solution to exist
};
}  // namespace

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Grappa)
