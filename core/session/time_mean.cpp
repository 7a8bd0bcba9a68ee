#include "core/session/time_mean.h"

#include <algorithm>

#include "core/base/data/series.h"
#include "core/base/io/load.h"

namespace larmor::session {

bool changesInTime(const MaskChoice& choice, const AcquisitionHeader& header) {
    if (choice.drawn || frameCount(header) < 2) return false;
    if (choice.spec) return masks::changesInTime(choice.spec->kind);
    return !choice.file.empty() && io::readMasks(choice.file, header.encoded.readout, header.encoded.phase).size() > 1;
}

MaskedSlice meanOverTime(const AcquisitionHeader& header, std::int64_t slice, const ReadMasked& read, const RunControl& run) {
    MaskedSlice mean;
    std::vector<float> counts;
    for (const auto frame : framesOfPlace(header, slice)) {
        run.throwIfStopped();
        auto masked = read(frame);
        const auto kept = masked.mask.mask.samples().values();
        if (counts.empty()) {
            counts.resize(kept.size());
            mean.mask = masked.mask;
            mean.kspace = ComplexArray(masked.kspace.shape());
        }
        for (std::size_t i = 0; i < kept.size(); ++i) counts[i] += kept[i] ? 1.0F : 0.0F;
        for (std::int64_t coil = 0; coil < masked.kspace.extent(0); ++coil) {
            const auto samples = masked.kspace.block(coil);
            auto sum = mean.kspace.block(coil);
            for (std::size_t i = 0; i < kept.size(); ++i)
                if (kept[i]) sum[i] += samples[i];
        }
    }
    for (std::int64_t coil = 0; coil < mean.kspace.extent(0); ++coil) {
        auto sum = mean.kspace.block(coil);
        for (std::size_t i = 0; i < counts.size(); ++i) sum[i] /= std::max(counts[i], 1.0F);
    }
    std::vector<std::uint8_t> held(counts.size());
    std::transform(counts.begin(), counts.end(), held.begin(), [](float count) { return count > 0 ? std::uint8_t{1} : std::uint8_t{0}; });
    mean.mask.mask = SamplingMask(ByteArray(mean.mask.mask.samples().shape(), std::move(held)), mean.mask.mask.description());
    return mean;
}

}  // namespace larmor::session
