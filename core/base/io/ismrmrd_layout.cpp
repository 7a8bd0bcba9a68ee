#include "core/base/io/ismrmrd_layout.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/io/ismrmrd_notes.h"

namespace larmor::io {
namespace {

constexpr std::array kLeftOut{std::pair(IsmrmrdFlag::Navigation, "of navigation"),
                              std::pair(IsmrmrdFlag::PhaseCorrection, "of phase correction"),
                              std::pair(IsmrmrdFlag::HighPriorityFeedback, "of feedback"),
                              std::pair(IsmrmrdFlag::Dummy, "of dummy scans"),
                              std::pair(IsmrmrdFlag::RealTimeFeedback, "of real-time feedback"),
                              std::pair(IsmrmrdFlag::SurfaceCoilCorrection, "of surface coil correction"),
                              std::pair(IsmrmrdFlag::PhaseStabilisationReference, "of the phase stabilisation reference"),
                              std::pair(IsmrmrdFlag::PhaseStabilisation, "of phase stabilisation")};

/// A counter of the lines, as a dimension of the images: values that occur, in their order.
struct Counter {
    Dim dim;
    std::uint16_t IsmrmrdLine::*value;
    std::map<std::uint16_t, std::int64_t> places{};
};

class Sorter {
public:
    Sorter(IsmrmrdLayout& layout, const IsmrmrdEncoding& encoding, const std::string& path, AcquisitionHeader& header)
        : m_layout(layout), m_encoding(encoding), m_path(path), m_header(header) {}

    void run() {
        tellApart();
        chooseMatrix();
        countDims();
        chooseShift();
        place(m_imaging, m_layout.images);
        place(m_calibrating, m_layout.calibration);
        tellLost();
    }

private:
    [[noreturn]] void refuse(const std::string& expected, const std::string& found, const std::string& hint = {}) const {
        throw IoError(m_path, m_header.provenance.array + "/data", expected, found, hint);
    }
    void note(const std::string& text) { m_header.provenance.notes.push_back(text); }
    void count(const std::string& what) { ++m_lost[what]; }

    void tellApart() {
        std::optional<std::uint16_t> encoding;
        for (std::uint32_t i = 0; i < m_layout.lines.size(); ++i) {
            const IsmrmrdLine& line = m_layout.lines[i];
            if (line.has(IsmrmrdFlag::Noise)) {
                m_layout.noise.push_back(i);
                continue;
            }
            const auto* kind = std::find_if(kLeftOut.begin(), kLeftOut.end(), [&](const auto& entry) { return line.has(entry.first); });
            if (kind != kLeftOut.end()) {
                count(kind->second);
            } else if (line.encoding != encoding.value_or(line.encoding)) {
                count("of another encoding");
            } else if (keptSamples(line) < 1 || line.channels < 1) {
                count("without samples");
            } else {
                encoding = line.encoding;
                const bool isBoth = line.has(IsmrmrdFlag::CalibrationAndImage), isCalibration = line.has(IsmrmrdFlag::Calibration);
                if (isBoth || isCalibration) m_calibrating.push_back(i);
                if (isBoth || !isCalibration) m_imaging.push_back(i);
            }
        }
        if (m_imaging.empty() && !m_calibrating.empty()) {
            std::swap(m_imaging, m_calibrating);
            note("no line but those of a calibration scan: they are taken as the image");
        }
        if (m_imaging.empty())
            refuse("lines of an image", fmt::format("{} lines, of which {} hold noise", m_layout.lines.size(), m_layout.noise.size()));
        checkChannels();
    }

    void checkChannels() {
        const auto channels = m_layout.lines[m_imaging.front()].channels;
        m_header.coils = channels;
        for (const auto& all : {m_imaging, m_calibrating})
            for (const auto i : all)
                if (m_layout.lines[i].channels != channels)
                    refuse(fmt::format("{} channels in every line", channels), fmt::format("{} in line {}", m_layout.lines[i].channels, i));
    }

    /// Sizes are checked against what the lines could fill before memory is taken.
    void chooseMatrix() {
        std::int64_t samples = 0, last1 = 0, last2 = 0;
        for (const auto i : m_imaging) {
            const IsmrmrdLine& line = m_layout.lines[i];
            samples = std::max(samples, keptSamples(line));
            last1 = std::max<std::int64_t>(last1, line.step1);
            last2 = std::max<std::int64_t>(last2, line.step2);
        }
        m_header.encoded = m_encoding.encoded.value_or(Matrix{samples, last1 + 1, last2 + 1});
        if (!m_encoding.encoded) note("the header names no encoded matrix: taken from the lines");
        const Matrix& matrix = m_header.encoded;
        const auto lines = static_cast<std::int64_t>(m_imaging.size());
        if (matrix.readout > 16 * samples || matrix.phase > 64 * lines || matrix.partition > 64 * lines)
            refuse(fmt::format("lines that can fill a matrix of {} x {} x {}, which the header claims", matrix.readout, matrix.phase,
                               matrix.partition),
                   fmt::format("{} lines of at most {} samples", lines, samples), "The header is damaged.");
    }

    void countDims() {
        for (Counter& counter : m_counters) {
            for (const auto i : m_imaging) counter.places.emplace(m_layout.lines[i].*counter.value, 0);
            std::int64_t place = 0;
            for (auto& [value, index] : counter.places) index = place++;
        }
        m_header.imageDims.clear();
        for (const Counter& counter : m_counters) {
            if (counter.dim == Dim::Slice && m_header.encoded.partition > 1)
                m_header.imageDims.push_back({Dim::Partition, m_header.encoded.partition});
            const auto size = static_cast<std::int64_t>(counter.places.size());
            if (size > 1 || counter.dim == Dim::Slice) m_header.imageDims.push_back({counter.dim, size});
        }
        const auto most = 4096 + 64 * static_cast<std::int64_t>(m_imaging.size());
        std::int64_t images = 1;
        for (const NamedDim& dim : m_header.imageDims)
            if ((images *= dim.size) > most)
                refuse(fmt::format("lines for each of the images that the counters tell, {} and more", images),
                       fmt::format("{} lines", m_imaging.size()));
        m_layout.images.resize(static_cast<std::size_t>(images));
        m_layout.calibration.resize(static_cast<std::size_t>(images));
    }

    /// The centre of the limits is believed unless only lines placed without it fit the matrix.
    void chooseShift() {
        const Matrix& matrix = m_header.encoded;
        m_shift1 = m_encoding.phaseCentre ? matrix.phase / 2 - *m_encoding.phaseCentre : 0;
        m_shift2 = m_encoding.partitionCentre && matrix.partition > 1 ? matrix.partition / 2 - *m_encoding.partitionCentre : 0;
        const auto fits = [&](std::uint16_t IsmrmrdLine::*step, std::int64_t shift, std::int64_t size) {
            return std::all_of(m_imaging.begin(), m_imaging.end(), [&](auto i) {
                const std::int64_t at = m_layout.lines[i].*step + shift;
                return at >= 0 && at < size;
            });
        };
        const auto settle = [&](std::int64_t& shift, std::uint16_t IsmrmrdLine::*step, std::int64_t size, const char* what) {
            if (shift == 0 || fits(step, shift, size) || !fits(step, 0, size)) return;
            note(fmt::format("the centre of the {} limits does not fit the lines and is not used", what));
            shift = 0;
        };
        settle(m_shift1, &IsmrmrdLine::step1, matrix.phase, "phase encode");
        settle(m_shift2, &IsmrmrdLine::step2, matrix.partition, "partition");
    }

    /// Flat index into imageDims; absent for a slice that no image has. A counter that images do not have counts as their first.
    [[nodiscard]] std::optional<std::size_t> imageOf(const IsmrmrdLine& line, std::int64_t partition) const {
        std::int64_t index = 0;
        for (const Counter& counter : m_counters) {
            if (counter.dim == Dim::Slice) index = index * m_header.encoded.partition + partition;
            const auto found = counter.places.find(line.*counter.value);
            if (found == counter.places.end() && counter.dim == Dim::Slice) return std::nullopt;
            index = index * static_cast<std::int64_t>(counter.places.size()) + (found == counter.places.end() ? 0 : found->second);
        }
        return static_cast<std::size_t>(index);
    }

    void place(const std::vector<std::uint32_t>& chosen, std::vector<std::vector<PlacedLine>>& images) {
        const Matrix& matrix = m_header.encoded;
        for (const auto i : chosen) {
            const IsmrmrdLine& line = m_layout.lines[i];
            const std::int64_t kept = keptSamples(line), column = line.step1 + m_shift1, partition = line.step2 + m_shift2;
            const std::int64_t asStored = line.centre - line.discardPre;
            const std::int64_t centre = line.has(IsmrmrdFlag::Reversed) ? kept - 1 - asStored : asStored;
            const std::int64_t row = kept == matrix.readout ? 0 : matrix.readout / 2 - centre;
            if (row < 0 || row + kept > matrix.readout) {
                count("whose samples lie outside the encoded matrix");
                continue;
            }
            const bool isInside = column >= 0 && column < matrix.phase && partition >= 0 && partition < matrix.partition;
            const auto image = isInside ? imageOf(line, partition) : std::nullopt;
            if (image)
                images[*image].push_back({i, column, row});
            else
                count(isInside ? "of calibration at slices without an image" : "whose phase encode lies outside the encoded matrix");
        }
        for (auto& image : images)
            std::stable_sort(image.begin(), image.end(), [](const auto& a, const auto& b) { return a.column < b.column; });
    }

    void tellLost() {
        for (const auto& [what, lines] : m_lost) {
            note(fmt::format("{} lines {} are left out", lines, what));
            m_header.provenance.dropped.push_back(fmt::format("{} lines {}", lines, what));
        }
        if (std::any_of(m_layout.images.begin(), m_layout.images.end(), [](const auto& image) { return !image.empty(); })) return;
        const IsmrmrdLine& first = m_layout.lines[m_imaging.front()];
        refuse(fmt::format("lines inside the encoded matrix of {} x {} x {}", m_header.encoded.readout, m_header.encoded.phase,
                           m_header.encoded.partition),
               fmt::format("{} lines outside, the first with {} samples, centre {} and phase encode {}", m_imaging.size(),
                           keptSamples(first), first.centre, first.step1));
    }

    IsmrmrdLayout& m_layout;
    const IsmrmrdEncoding& m_encoding;
    const std::string& m_path;
    AcquisitionHeader& m_header;
    std::vector<std::uint32_t> m_imaging, m_calibrating;
    std::map<std::string, std::int64_t> m_lost;
    std::int64_t m_shift1 = 0, m_shift2 = 0;
    std::array<Counter, 5> m_counters{Counter{Dim::Set, &IsmrmrdLine::set}, Counter{Dim::Repetition, &IsmrmrdLine::repetition},
                                      Counter{Dim::Contrast, &IsmrmrdLine::contrast}, Counter{Dim::Frame, &IsmrmrdLine::phase},
                                      Counter{Dim::Slice, &IsmrmrdLine::slice}};
};

}  // namespace

std::int64_t keptSamples(const IsmrmrdLine& line) {
    return std::int64_t{line.samples} - line.discardPre - line.discardPost;
}

IsmrmrdLayout layOutLines(std::vector<IsmrmrdLine> lines, const IsmrmrdEncoding& encoding, const std::string& path,
                          AcquisitionHeader& header) {
    IsmrmrdLayout layout;
    layout.lines = std::move(lines);
    Sorter(layout, encoding, path, header).run();
    describeSampling(layout, encoding, header);
    return layout;
}

}  // namespace larmor::io
