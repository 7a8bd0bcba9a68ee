#include "core/cpu/espirit.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/cpu/abandonable.h"
#include "core/cpu/calibration_region.h"
#include "core/cpu/combine.h"
#include "core/cpu/espirit_kernels.h"
#include "core/cpu/pixel_eigenvectors.h"
#include "core/cpu/workers.h"

namespace larmor::cpu {

namespace {
constexpr std::int64_t kLargestAutomatic = 32;  ///< samples beyond add time, and hardly anything to maps

CalibrationRegion checkedRegion(const KspaceView& kspace, const SamplingMask& mask, const EspiritOptions& options) {
    const std::int64_t size = options.calibrationSize == 0 ? kLargestAutomatic : options.calibrationSize;
    const auto region = calibrationRegion(kspace, mask, size);
    const std::int64_t least = options.kernelSize + 2;  // three windows a side
    const std::int64_t rows = region ? region->rows : 0, columns = region ? region->columns : 0;
    if (rows >= least && columns >= least) return *region;
    throw InputError(
        fmt::format(
            "Coil maps cannot be estimated: the fully sampled centre that the mask keeps, limited to {0} x {0}, is {1} x {2} samples "
            "(readout x phase); with a kernel of {3} it must be at least {4} x {4}.",
            size, rows, columns, options.kernelSize, least),
        "Choose a mask with more ACS lines, a larger calibration size, or give coil maps; zero-filled with combination=rss needs none.");
}

ComplexArray kernelsOf(const ComplexArray& calibration, const EspiritOptions& options, const RunControl& run) {
    constexpr std::int64_t kLarge = 500;  ///< rows of a dense problem that takes some tenths of a second
    const std::int64_t k = options.kernelSize, windows = (calibration.extent(1) - k + 1) * (calibration.extent(2) - k + 1);
    const auto find = [calibration, k, threshold = options.threshold] { return signalKernels(calibration, k, threshold); };
    return std::min(windows, calibration.extent(0) * k * k) < kLarge ? find() : abandonable(find, run);
}

/// 0 for an eigenvalue below the crop, rising smoothly to 1 at 1 when soft, else 1 at and above it.
float support(float eigenvalue, const EspiritOptions& options) {
    if (!options.softSense || options.crop >= 1) return static_cast<double>(eigenvalue) >= options.crop ? 1.0F : 0.0F;
    const double root = std::sqrt(std::clamp(static_cast<double>(eigenvalue), 0.0, 1.0));
    const double s = std::clamp((root - options.crop) / (1 - options.crop), -1.0, 1.0);
    return static_cast<float>(s / (s * s + 1) + 0.5);
}

/// What turns the phase of a vector so that its projection on the principal component is real and positive.
cfloat turnTo(const std::vector<cfloat>& principal, const std::vector<cfloat>& vector) {
    cfloat projection = 0;
    for (std::size_t coil = 0; coil < vector.size(); ++coil) projection += vector[coil] * std::conj(principal[coil]);
    const float length = std::abs(projection);
    return length > 0 ? std::conj(projection) / std::max(length, 1e-30F) : cfloat(1, 0);
}

/// Maps of all sets, filled strip by strip.
class MapBuilder {
public:
    MapBuilder(std::int64_t coils, std::int64_t readout, std::int64_t phase, const EspiritOptions& options, std::vector<cfloat> principal)
        : m_options(options),
          m_principal(std::move(principal)),
          m_maps({options.sets, coils, readout, phase}),
          m_eigenvalue({options.sets, readout, phase}) {}

    void addRow(const PixelEigenvectors::Strip& strip, std::int64_t row, std::int64_t column) {
        const std::int64_t coils = m_maps.extent(1), phase = m_maps.extent(3), pixels = std::min(PixelEigenvectors::kPixels, phase - column);
        std::vector<cfloat> vector(static_cast<std::size_t>(coils));
        for (std::int64_t set = 0; set < m_maps.extent(0); ++set)
            for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
                for (std::int64_t coil = 0; coil < coils; ++coil) vector[static_cast<std::size_t>(coil)] = strip.vector(set, coil, pixel);
                const float value = strip.value(set, pixel);
                const cfloat factor = turnTo(m_principal, vector) * support(value, m_options);
                for (std::int64_t coil = 0; coil < coils; ++coil) m_maps(set, coil, row, column + pixel) = vector[static_cast<std::size_t>(coil)] * factor;
                m_eigenvalue(set, row, column + pixel) = std::clamp(value, 0.0F, 1.0F);
            }
    }

    CoilMaps take() {
        if (m_options.sets > 1) return {std::move(m_maps), std::move(m_eigenvalue)};
        const Shape all = m_maps.shape();
        return {std::move(m_maps).reshaped({all[1], all[2], all[3]}), std::move(m_eigenvalue).reshaped({all[2], all[3]})};
    }

private:
    const EspiritOptions& m_options;
    std::vector<cfloat> m_principal;
    ComplexArray m_maps;
    RealArray m_eigenvalue;
};

constexpr double kExplainedByGoodMaps = 0.9, kExplainedByNone = 0.01;

/// Maps that hold next to nothing would give a black image. @throws InputError
void checkMaps(const ComplexArray& calibration, const ComplexArray& maps) {
    const double explained = explainedSignal(calibration, maps);
    if (explained >= kExplainedByGoodMaps) return;
    if (explained < kExplainedByNone)
        throw InputError(fmt::format("Coil maps cannot be estimated: those of the {} x {} calibration samples hold none of the signal.",
                                     calibration.extent(1), calibration.extent(2)),
                         "Choose a mask with more ACS lines, a smaller kernel or a lower crop, or give coil maps.");
    log(LogLevel::Warning, "recon",
        fmt::format("The coil maps hold only {:.0f} % of the signal in the {} x {} calibration samples; parts of the image will be missing. Choose a "
                    "mask with more ACS lines, a smaller kernel, or give coil maps.",
                    100 * explained, calibration.extent(1), calibration.extent(2)));
}

double energyOf(const ComplexArray& x) {
    double sum = 0;
    for (const auto value : x.values()) sum += static_cast<double>(std::norm(value));
    return sum;
}
}  // namespace

double explainedSignal(const ComplexArray& calibration, const ComplexArray& maps) {
    const std::int64_t coils = calibration.extent(0), rows = calibration.extent(1), columns = calibration.extent(2);
    const std::int64_t readout = maps.extent(maps.rank() - 2), phase = maps.extent(maps.rank() - 1), sets = maps.rank() == 4 ? maps.extent(0) : 1;
    const std::int64_t firstRow = readout / 2 - rows / 2, firstColumn = phase / 2 - columns / 2;
    ComplexArray kspace({coils, readout, phase});
    for (std::int64_t coil = 0; coil < coils; ++coil)
        for (std::int64_t row = 0; row < rows; ++row)
            std::copy_n(&calibration(coil, row, 0), columns, &kspace(coil, firstRow + row, firstColumn));
    double held = 0;
    for (std::int64_t set = 0; set < sets; ++set)
        held += energyOf(combineMvue(kspace, nullptr, {maps.data() + set * coils * readout * phase, coils, readout, phase}));
    const double all = energyOf(calibration);
    return all > 0 ? held / all : 1;
}

CoilMaps espirit(const KspaceView& kspace, const SamplingMask& mask, const EspiritOptions& options, const RunControl& run) {
    if (options.sets < 1 || options.sets > 2) throw ParamError("sets", "there are one or two");
    const CalibrationRegion region = checkedRegion(kspace, mask, options);
    run.throwIfStopped();
    ComplexArray calibration = samplesIn(kspace, region);
    if (scaleToOne(calibration) == 0)
        throw InputError("Coil maps cannot be estimated: the fully sampled centre of k-space holds zeros only.", "Give coil maps.");
    const ComplexArray kernels = kernelsOf(calibration, options, run);
    const PixelEigenvectors eigenvectors(lagCovariance(kernels), kspace.rows, kspace.columns, options.sets);
    MapBuilder builder(kspace.coils, kspace.rows, kspace.columns, options, principalCoil(calibration));
    const std::int64_t width = PixelEigenvectors::kPixels, strips = (kspace.columns + width - 1) / width;
    std::atomic<std::int64_t> done{0};
    const auto owner = std::this_thread::get_id();
    parallelFor(strips, [&](std::int64_t i) {
        PixelEigenvectors::Strip strip(eigenvectors, i * width);
        for (std::int64_t row = 0; row < kspace.rows; ++row) {
            run.throwIfStopped();
            strip.advance(row);
            builder.addRow(strip, row, i * width);
        }
        const std::int64_t sofar = ++done;
        if (std::this_thread::get_id() == owner) run.progress->onStep({"coil maps", sofar, strips, std::nullopt});
    });
    run.throwIfStopped();
    CoilMaps maps = builder.take();
    checkMaps(calibration, maps.maps);
    return maps;
}

}  // namespace larmor::cpu
