#include "core/session/simulate.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/base/rng.h"
#include "core/session/engine_host.h"
#include "core/session/object_slices.h"
#include "core/session/simulated_coils.h"
#include "core/session/slice_progress.h"

namespace larmor::session {

namespace {

constexpr std::uint64_t kNoiseStream = 1000;  // streams below it belong to the phase

void checkOptions(const SimulationOptions& options) {
    if (options.coils < 1 || options.coils > 128) throw ParamError("coils", fmt::format("{} is not between 1 and 128", options.coils));
    if (!(options.snr > 0) || !std::isfinite(options.snr)) throw ParamError("snr", fmt::format("{:g} is not above 0", options.snr));
    if (options.readoutOversampling != 1 && options.readoutOversampling != 2)
        throw ParamError("oversampling", fmt::format("{:g} is neither 1 nor 2", options.readoutOversampling));
}

/// Adds noise of standard deviation sigma to the real and the imaginary part of every sample; one random stream a slice and coil.
void addNoise(ComplexArray& kspace, double sigma, std::uint64_t seed, std::int64_t slice) {
    for (std::int64_t c = 0; c < kspace.extent(0); ++c) {
        NoiseSource random(seed, kNoiseStream + static_cast<std::uint64_t>(slice) * 128 + static_cast<std::uint64_t>(c));
        for (auto& sample : kspace.block(c)) {
            const double real = sigma * random.normal();
            sample += cfloat(std::complex<double>(real, sigma * random.normal()));
        }
    }
}

struct Simulation {
    RealArray images;  // [slice, readout, phase]
    std::vector<std::int64_t> chosen;
    SimulationOptions options;
    double sigma = 0, sliceStep = 1;
    std::int64_t encodedReadout = 0;

    [[nodiscard]] ComplexArray kspaceOf(std::int64_t position) const {
        const auto slice = chosen[static_cast<std::size_t>(position)];
        const auto readout = images.extent(1), phase = images.extent(2);
        const SimulatedPlane plane{readout, phase, sliceStep * (static_cast<double>(slice) - static_cast<double>(images.extent(0) - 1) / 2)};
        auto coilImages = simulatedMaps(plane, options.coils);
        const auto turn = simulatedPhase(plane, options.seed);
        const auto object = images.block(slice);
        for (std::int64_t c = 0; c < options.coils; ++c)
            for (std::size_t i = 0; i < object.size(); ++i) coilImages.block(c)[i] *= object[i] * turn.values()[i];
        auto kspace = engine().fft2c(centreFit(coilImages, encodedReadout, phase));
        addNoise(kspace, sigma, options.seed, slice);
        return kspace;
    }

    [[nodiscard]] RealArray rssOf(const ComplexArray& kspace) const {
        return magnitude(centreFit(engine().combine(kspace, Combination::Rss, nullptr), images.extent(1), images.extent(2)));
    }
};

PixelSize pixelOf(const ImageStack& source) { return source.geometry.pixel.value_or(PixelSize{0, 0}); }

Simulation prepare(const ImageStack& source, const SimulationOptions& options) {
    Simulation simulation;
    simulation.images = magnitude(source.pixels);
    simulation.options = options;
    simulation.chosen = slicesOfObject(simulation.images, options.slices, options.firstSlice);
    const double level = meanInsideObject(simulation.images, simulation.chosen);
    simulation.sigma = level / options.snr;
    simulation.encodedReadout = static_cast<std::int64_t>(options.readoutOversampling) * simulation.images.extent(1);
    const auto pixel = pixelOf(source);
    if (source.geometry.patient && pixel.readoutMm > 0) simulation.sliceStep = source.geometry.patient->sliceSpacingMm / pixel.readoutMm;
    return simulation;
}

io::KspaceWriter::Header headerOf(const Simulation& simulation, const ImageStack& source, const std::string& path) {
    const auto readout = simulation.images.extent(1), phase = simulation.images.extent(2);
    const auto pixel = pixelOf(source);
    const double thickness = source.geometry.patient ? source.geometry.patient->sliceSpacingMm : pixel.readoutMm;
    io::KspaceWriter::Header header;
    header.slices = static_cast<std::int64_t>(simulation.chosen.size());
    header.coils = simulation.options.coils;
    header.encoded = {simulation.encodedReadout, phase, 1};
    header.recon = {readout, phase, 1};
    header.reconFov = {pixel.readoutMm * static_cast<double>(readout), pixel.phaseMm * static_cast<double>(phase), thickness};
    header.encodedFov = {pixel.readoutMm * static_cast<double>(simulation.encodedReadout), header.reconFov.phaseMm, thickness};
    header.contrast = "SIMULATED";
    header.simulation = fmt::format("magnitude of {} (slices {} to {}) through {} loop coils by Biot-Savart, smooth object phase, complex Gaussian noise, "
                                    "SNR {:g}, seed {}, larmor-cli simulate",
                                    std::filesystem::path(path).filename().string(), simulation.chosen.front(), simulation.chosen.back(),
                                    simulation.options.coils, simulation.options.snr, simulation.options.seed);
    return header;
}

}  // namespace

void simulateScan(const std::string& source, const SimulationOptions& options, const std::string& output, const RunControl& run) {
    checkOptions(options);
    io::warnOfNoImage(source);
    const auto images = io::readImages(source);
    if (countNonFinite(images.pixels.values()) > 0) throw InputError(fmt::format("{} holds values that are not finite.", source), "Repair the image first.");
    const auto simulation = prepare(images, options);
    io::KspaceWriter writer(output, headerOf(simulation, images, source));
    const auto count = static_cast<std::int64_t>(simulation.chosen.size());
    SliceProgress progress(*run.progress, count, 1, [](ComplexArray image) { return image; });
    for (std::int64_t i = 0; i < count; ++i) {
        run.throwIfStopped();
        progress.begin(i, "simulation", false);
        const auto kspace = simulation.kspaceOf(i);
        writer.writeSlice(i, kspace, simulation.rssOf(kspace));
        progress.endSlice();
    }
    writer.finish();
}

}  // namespace larmor::session
