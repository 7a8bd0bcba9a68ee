#pragma once
// K-space that lives in memory: for tests that need an acquisition without a file.

#include <functional>

#include "core/base/data/acquisition.h"

namespace larmor::test {

class MemoryAcquisition final : public Acquisition {
public:
    /// @param path  a file that exists, since protocols hash their source
    MemoryAcquisition(std::vector<ComplexArray> slices, const std::string& path) : m_slices(std::move(slices)) {
        const auto& first = m_slices.front();
        m_header.coils = first.extent(0);
        m_header.imageDims = {{Dim::Slice, static_cast<std::int64_t>(m_slices.size())}};
        m_header.encoded = m_header.recon = {first.extent(1), first.extent(2), 1};
        m_header.phaseEnd = first.extent(2);
        m_header.provenance.path = path;
        m_header.provenance.format = "memory";
    }
    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override {
        if (onRead) onRead(index);
        return m_slices.at(static_cast<std::size_t>(index));
    }
    [[nodiscard]] AcquisitionHeader& editHeader() { return m_header; }

    std::function<void(std::int64_t)> onRead;

private:
    std::vector<ComplexArray> m_slices;
    AcquisitionHeader m_header;
};

}  // namespace larmor::test
