#include "core/session/simulated_scan.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include <fmt/format.h>

#include "core/base/rng.h"
#include "core/session/beating_image.h"
#include "core/session/engine_host.h"
#include "core/session/object_slices.h"
#include "core/session/simulated_coils.h"

namespace larmor::session {

namespace {

constexpr std::uint64_t kNoiseStream = 1000;  // streams below it belong to the phase

void checkOptions(const SimulationOptions& options) {
    if (options.coils < 1 || options.coils > 128) throw ParamError("coils", fmt::format("{} is not between 1 and 128", options.coils));
    if (!(options.snr > 0) || !std::isfinite(options.snr)) throw ParamError("snr", fmt::format("{:g} is not above 0", options.snr));
    if (!(std::abs(options.tissuePhase) <= std::numbers::pi)) throw ParamError("tissue phase", fmt::format("{:g} is not between -pi and pi", options.tissuePhase));
    if (options.readoutOversampling != 1 && options.readoutOversampling != 2)
        throw ParamError("oversampling", fmt::format("{:g} is neither 1 nor 2", options.readoutOversampling));
    if (options.frames < 1 || options.frames > 1000) throw ParamError("frames", fmt::format("{} is not between 1 and 1000", options.frames));
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

RealArray finiteMagnitudes(const ImageStack& source, const std::string& name) {
    if (countNonFinite(source.pixels.values()) > 0) throw InputError(fmt::format("{} holds values that are not finite.", name), "Repair the image first.");
    return magnitude(source.pixels);
}

std::string describe(const SimulationOptions& options, const std::vector<std::int64_t>& slices, const std::string& name) {
    const auto motion = options.frames > 1 ? fmt::format(" moved as a beating heart would be in {} frames,", options.frames) : std::string();
    const auto tissue = options.tissuePhase != 0 ? fmt::format(", {:g} rad between bright tissue and the rest", options.tissuePhase) : std::string();
    return fmt::format("magnitude of {} (slices {} to {}){} through {} loop coils by Biot-Savart, smooth object phase{}, complex Gaussian noise, "
                       "SNR {:g}, seed {}, larmor-cli simulate",
                       name, slices.front(), slices.back(), motion, options.coils, tissue, options.snr, options.seed);
}

}  // namespace

SimulatedScan::SimulatedScan(const ImageStack& source, const SimulationOptions& options, const std::string& name, std::string contrast) : m_options(options) {
    checkOptions(options);
    m_images = finiteMagnitudes(source, name);
    m_chosen = slicesOfObject(m_images, options.slices, options.firstSlice);
    m_mean = meanInsideObject(m_images, m_chosen);
    m_sigma = m_mean / options.snr;
    const auto readout = m_images.extent(1), phase = m_images.extent(2);
    const auto encoded = static_cast<std::int64_t>(options.readoutOversampling) * readout;
    const auto pixel = source.geometry.pixel.value_or(PixelSize{0, 0});
    // Slices that are spread over the object stand farther apart than those of the source.
    const double apart = m_chosen.size() > 1 ? static_cast<double>(m_chosen.back() - m_chosen.front()) / static_cast<double>(m_chosen.size() - 1) : 1;
    const double thickness = apart * (source.geometry.patient ? source.geometry.patient->sliceSpacingMm : pixel.readoutMm);
    if (source.geometry.patient && pixel.readoutMm > 0) m_sliceStep = source.geometry.patient->sliceSpacingMm / pixel.readoutMm;
    m_header.coils = options.coils;
    m_header.imageDims = {{Dim::Slice, static_cast<std::int64_t>(m_chosen.size())}};
    if (options.frames > 1) m_header.imageDims.insert(m_header.imageDims.begin(), {Dim::Frame, options.frames});
    m_header.encoded = {encoded, phase, 1};
    m_header.recon = {readout, phase, 1};
    m_header.reconFov = {pixel.readoutMm * static_cast<double>(readout), pixel.phaseMm * static_cast<double>(phase), thickness};
    m_header.encodedFov = {pixel.readoutMm * static_cast<double>(encoded), m_header.reconFov->phaseMm, thickness};
    if (pixel.readoutMm > 0) m_header.geometry.pixel = pixel;
    m_header.phaseEnd = phase;
    m_header.contrast = std::move(contrast);
    m_header.provenance.path = name;
    m_header.provenance.format = "simulated";
    m_header.provenance.simulated = true;
    m_header.provenance.simulation = describe(options, m_chosen, name);
}

ComplexArray SimulatedScan::readSlice(std::int64_t index) const {
    if (index < 0 || index >= m_header.sliceCount())
        throw InputError(fmt::format("Slice {} was asked for; the simulated scan has {}.", index, m_header.sliceCount()), "Choose one that exists.");
    const auto slice = m_chosen[static_cast<std::size_t>(index) % m_chosen.size()];
    const auto frame = index / static_cast<std::int64_t>(m_chosen.size());
    const SimulatedPlane plane{m_header.recon.readout, m_header.recon.phase,
                               m_sliceStep * (static_cast<double>(slice) - static_cast<double>(m_images.extent(0) - 1) / 2)};
    auto coilImages = simulatedMaps(plane, m_options.coils);
    auto turn = simulatedPhase(plane, m_options.seed);
    const auto image = beatingFrame(m_images.slice(slice), frame, m_options.frames);
    const auto object = image.values();
    if (m_options.tissuePhase != 0) {
        const auto tissue = tissuePhaseOf(image, m_mean, m_options.tissuePhase);
        std::transform(turn.values().begin(), turn.values().end(), tissue.values().begin(), turn.values().begin(), std::multiplies<>());
    }
    for (std::int64_t c = 0; c < m_options.coils; ++c)
        for (std::size_t i = 0; i < object.size(); ++i) coilImages.block(c)[i] *= object[i] * turn.values()[i];
    auto kspace = engine().fft2c(centreFit(coilImages, m_header.encoded.readout, m_header.encoded.phase));
    addNoise(kspace, m_sigma, m_options.seed, frame * m_images.extent(0) + slice);
    return kspace;
}

RealArray SimulatedScan::truth() const {
    RealArray chosen({m_header.sliceCount(), m_images.extent(1), m_images.extent(2)});
    for (std::int64_t i = 0; i < m_header.sliceCount(); ++i) {
        const auto places = static_cast<std::int64_t>(m_chosen.size());
        const auto image = beatingFrame(m_images.slice(m_chosen[static_cast<std::size_t>(i % places)]), i / places, m_options.frames);
        std::copy(image.values().begin(), image.values().end(), chosen.block(i).begin());
    }
    return chosen;
}

}  // namespace larmor::session
