#include "core/session/comparison.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/session/open_scan.h"
#include "core/session/reduced_scan.h"
#include "core/session/request_scan.h"
#include "core/session/slice_progress.h"
#include "core/session/slices_text.h"

namespace larmor::session {

namespace {

/// Magnitudes with the slice numbers they have in their acquisition, where those are known.
struct Series {
    RealArray pixels;  // [slice, readout, phase]
    std::vector<std::int64_t> numbers;
    bool fullFov = false, simulated = false;
    std::string name;
    std::int64_t reduction = 1;  ///< as Protocol::reduction
    CoilPreparation coils = {};  ///< as Protocol::coils
};

Series plainSeries(const std::string& path) {
    io::warnOfNoImage(path);
    const auto stack = io::readImages(path);
    return {magnitude(stack.pixels), {}, false, stack.simulated, path};
}

/// With its protocol where it carries one. Whatever else is wrong with the file shows when it is read as a plain image.
Series readSeries(const std::string& path) {
    try {
        const auto result = io::readReconstruction(path);
        return {magnitude(result.images.pixels), result.protocol.slices, result.protocol.fullFov, result.protocol.simulatedSource, path, result.protocol.reduction, result.protocol.coils};
    } catch (const IoError&) {
        return plainSeries(path);
    }
}

/// The reference, made or read once; made for the slices that the images need.
class Reference {
public:
    Reference(const ComparisonRequest& request, const RunControl& run) : m_request(request), m_run(run) {
        const bool kspace = !request.referenceOptions.dims.empty() || io::guessContent(request.reference).isKspace;
        if (kspace)
            m_acquisition = openScan(request.reference, request.referenceOptions, m_run);
        else
            m_series = readSeries(request.reference);
    }

    Series forImage(const Series& image) {
        if (!m_acquisition) return m_series;
        const ReducedScan scan(m_acquisition, image.reduction);
        const auto& header = scan.header();
        const auto slices = image.numbers.empty() ? allSlices(header.sliceCount()) : image.numbers;
        const bool encoded = image.pixels.extent(1) == header.encoded.readout && image.pixels.extent(2) == header.encoded.phase;
        const bool fullFov = encoded && header.encoded != header.recon;
        const auto whitening = m_request.whitening.value_or(image.coils.whitening);
        if (m_series.numbers != slices || m_series.fullFov != fullFov || m_series.reduction != image.reduction || m_series.coils.whitening != whitening)
            make(scan, slices, fullFov, image.reduction, whitening);
        return m_series;
    }

private:
    void make(const ReducedScan& scan, const std::vector<std::int64_t>& slices, bool fullFov, std::int64_t reduction, Whitening whitening) {
        CoilPreparation coils;
        coils.whitening = whitening;
        const auto seen = scanOfReference(std::make_shared<const ReducedScan>(scan), coils);
        const auto made = makeReference(*seen, slices, m_request.how, fullFov, m_run);
        auto name = reduction == 1 ? made.name : fmt::format("{} at {}", made.name, sizeText(reduction));
        if (whitening != Whitening::None) name += ", whitened";
        m_series = {magnitude(made.images.pixels), slices, fullFov, made.images.simulated, name, reduction, coils};
    }

    const ComparisonRequest& m_request;
    const RunControl& m_run;
    AcquisitionPtr m_acquisition;
    Series m_series;
};

void checkMatrix(const Series& reference, const Series& image) {
    if (reference.pixels.extent(1) == image.pixels.extent(1) && reference.pixels.extent(2) == image.pixels.extent(2)) return;
    throw InputError(fmt::format("{} has a matrix of {} x {}, the reference ({}) one of {} x {} (readout x phase).", image.name, image.pixels.extent(1),
                                 image.pixels.extent(2), reference.name, reference.pixels.extent(1), reference.pixels.extent(2)),
                     "Compare images of the same matrix: reconstruct both with or without --full-fov, and with the same --reduce.");
}

RealArray taken(const RealArray& images, const std::vector<std::int64_t>& places) {
    RealArray some({static_cast<std::int64_t>(places.size()), images.extent(1), images.extent(2)});
    for (std::size_t i = 0; i < places.size(); ++i)
        std::copy(images.block(places[i]).begin(), images.block(places[i]).end(), some.block(static_cast<std::int64_t>(i)).begin());
    return some;
}

std::optional<ByteArray> readRegion(const std::string& path) {
    if (path.empty()) return std::nullopt;
    const auto values = magnitude(io::readImages(path).pixels);
    ByteArray region(values.shape());
    std::transform(values.values().begin(), values.values().end(), region.values().begin(), [](float v) { return v != 0 ? std::uint8_t{1} : std::uint8_t{0}; });
    if (region.extent(0) == 1) return region.slice(0);
    return region;
}

std::vector<ComparisonRow> compareOne(const ComparisonRequest& request, const Series& reference, const Series& image, const ByteArray* region) {
    checkMatrix(reference, image);
    const auto places = matchSlices(reference.pixels.extent(0), reference.numbers, image.pixels.extent(0), image.numbers, image.name);
    const auto compared = metrics::compare(taken(reference.pixels, places), image.pixels, {request.protocol, request.scale, region});
    std::vector<ComparisonRow> rows;
    for (std::size_t i = 0; i < compared.slices.size(); ++i) {
        auto numbers = compared.slices[i];
        numbers.slice = !image.numbers.empty() ? image.numbers[i] : !reference.numbers.empty() ? reference.numbers[static_cast<std::size_t>(places[i])] : places[i];
        rows.push_back({image.name, reference.name, numbers, reference.simulated || image.simulated, reference.simulated});
    }
    return rows;
}

}  // namespace

std::vector<std::int64_t> matchSlices(std::int64_t referenceCount, const std::vector<std::int64_t>& referenceNumbers, std::int64_t imageCount,
                                      const std::vector<std::int64_t>& imageNumbers, const std::string& imageName) {
    const bool known = static_cast<std::int64_t>(imageNumbers.size()) == imageCount;
    const auto numbers = referenceNumbers.empty() ? allSlices(referenceCount) : referenceNumbers;
    if (imageCount == referenceCount && (!known || referenceNumbers.empty())) return allSlices(imageCount);
    if (!known)
        throw InputError(fmt::format("{} holds {} slices, the reference {}, and nothing says which belong together.", imageName, imageCount, referenceCount),
                         "Give an image with the protocol that recon stores, or a reference of the same slices.");
    std::vector<std::int64_t> places;
    for (const auto number : imageNumbers) {
        const auto found = std::find(numbers.begin(), numbers.end(), number);
        if (found == numbers.end())
            throw InputError(fmt::format("{} shows slice {}, which the reference does not hold (it has {}).", imageName, number, slicesText(numbers)),
                             "Make the reference from the same scan.");
        places.push_back(found - numbers.begin());
    }
    return places;
}

std::vector<ComparisonRow> compareFiles(const ComparisonRequest& request, const RunControl& run) {
    const auto count = static_cast<std::int64_t>(request.images.size());
    SliceProgress progress(*run.progress, count, 1, [](ComplexArray image) { return image; }, "file");
    const RunControl inner{run.stop, &progress};
    Reference reference(request, inner);
    const auto region = readRegion(request.region);
    std::vector<ComparisonRow> rows;
    for (std::int64_t i = 0; i < count; ++i) {
        run.throwIfStopped();
        progress.begin(i, "reference and numbers", true);
        const auto image = readSeries(request.images[static_cast<std::size_t>(i)]);
        const auto more = compareOne(request, reference.forImage(image), image, region ? &*region : nullptr);
        rows.insert(rows.end(), more.begin(), more.end());
        progress.endSlice();
    }
    return rows;
}

}  // namespace larmor::session
