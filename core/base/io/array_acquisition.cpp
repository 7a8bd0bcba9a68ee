#include "core/base/io/array_acquisition.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/io/axis_guess.h"
#include "core/base/io/box.h"

namespace larmor::io {
namespace {

/// Slowest first, as AcquisitionHeader::imageDims wants them; Slice is the last.
constexpr std::array kImageDims{Dim::Set, Dim::Repetition, Dim::Average, Dim::Contrast, Dim::Frame, Dim::Partition, Dim::Slice};

class ArrayAcquisition final : public Acquisition {
public:
    ArrayAcquisition(ArrayFilePtr file, const ArrayEntry& entry, AxisPlan plan, const std::string& loader, const std::string& choice)
        : m_file(std::move(file)), m_entry(entry), m_dims(std::move(plan.dims)), m_shape(entry.shape) {
        // Names for axes that the file leaves out because they have size 1: they are the slowest ones.
        while (m_shape.size() < m_dims.size()) m_shape.insert(m_shape.begin(), 1);
        m_header.coils = extentOf(Dim::Coil);
        m_header.encoded = m_header.recon = {extentOf(Dim::Readout), extentOf(Dim::Phase), 1};
        m_header.phaseEnd = m_header.encoded.phase;
        m_header.imageDims.clear();
        for (const Dim dim : kImageDims)
            if (dim == Dim::Slice || extentOf(dim) > 1) m_header.imageDims.push_back({dim, extentOf(dim)});
        Provenance& from = m_header.provenance;
        from = {m_file->path(), m_file->format(), loader, entry.name, plan.text, plan.reason, plan.guessed, false, "", {}, {}};
        if (entry.type == "complex128" || entry.type.find("float64") != std::string::npos)
            from.dropped.emplace_back("double precision: samples are single");
        if (!choice.empty()) from.notes.push_back(choice);
    }

    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }

    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override {
        if (index < 0 || index >= m_header.sliceCount())
            throw InputError(fmt::format("{}: slice {} of {} slices.", m_file->path(), index + 1, m_header.sliceCount()));
        Shape start(m_shape.size(), 0), count = m_shape;
        for (std::size_t d = m_header.imageDims.size(); d-- > 0;) {
            const NamedDim& dim = m_header.imageDims[d];
            if (const auto axis = axisOf(dim.dim)) {
                start[*axis] = index % dim.size;
                count[*axis] = 1;
            }
            index /= dim.size;
        }
        const auto missing = static_cast<std::ptrdiff_t>(m_shape.size() - m_entry.shape.size());
        start.erase(start.begin(), start.begin() + missing);
        count.erase(count.begin(), count.begin() + missing);
        return ordered(m_file->read(m_entry.name, start, count), static_cast<std::size_t>(missing));
    }

private:
    [[nodiscard]] std::optional<std::size_t> axisOf(Dim dim) const {
        const auto found = std::find(m_dims.begin(), m_dims.end(), std::optional(dim));
        return found == m_dims.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - m_dims.begin()));
    }
    [[nodiscard]] std::int64_t extentOf(Dim dim) const {
        const auto axis = axisOf(dim);
        return axis ? m_shape[*axis] : 1;
    }
    /// To [coil, readout, phase].
    [[nodiscard]] ComplexArray ordered(const ComplexArray& box, std::size_t missing) const {
        std::vector<std::size_t> order;
        for (const Dim dim : {Dim::Coil, Dim::Readout, Dim::Phase})
            if (const auto axis = axisOf(dim); axis && *axis >= missing) order.push_back(*axis - missing);
        for (std::size_t d = 0; d < box.rank(); ++d)
            if (std::find(order.begin(), order.end(), d) == order.end()) order.insert(order.begin(), d);
        const Shape shape{m_header.coils, m_header.encoded.readout, m_header.encoded.phase};
        return permuteAxes(box, order).reshaped(shape);
    }

    ArrayFilePtr m_file;
    ArrayEntry m_entry;
    std::vector<std::optional<Dim>> m_dims;
    Shape m_shape;
    AcquisitionHeader m_header;
};

}  // namespace

AcquisitionPtr openArrayAcquisition(ArrayFilePtr file, const LoadOptions& options, const std::string& loader) {
    const ArrayChoice choice = options.array.empty() ? chooseKspace(*file) : ArrayChoice{&file->entry(options.array), ""};
    const ArrayEntry& entry = *choice.entry;
    if (!entry.isComplex)
        throw IoError(file->path(), entry.name, "k-space: complex numbers",
                      fmt::format("{} of shape {}", entry.type, toText(writtenShape(entry))), "Open it as an image instead.");
    return std::make_shared<ArrayAcquisition>(file, entry, planAxes(*file, entry, options.dims), loader, choice.reason);
}

}  // namespace larmor::io
