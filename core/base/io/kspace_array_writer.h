#pragma once
// K-space as one plain array, part after part, so that the whole need not fit memory (but for MATLAB's format).

#include <memory>
#include <string>
#include <vector>

#include "core/base/data/acquisition.h"

namespace larmor::io {

/// .npy: [..., slice, coil, readout, phase], without leading axes of size 1. .mat: `kspace`, size (readout, phase, coil, slice, ...).
/// .cfl: BART's dimensions.
class LARMOR_BASE_EXPORT KspaceArrayWriter {
public:
    /// @throws UsageError for another extension, or where BART has no dimension for one of the scan's; IoError
    KspaceArrayWriter(const std::string& path, const AcquisitionHeader& header);
    ~KspaceArrayWriter();  ///< removes what was written if finish() was not reached
    KspaceArrayWriter(const KspaceArrayWriter&) = delete;
    KspaceArrayWriter& operator=(const KspaceArrayWriter&) = delete;

    /// Flat slice indices in the order in which they are to be written.
    [[nodiscard]] const std::vector<std::int64_t>& order() const;
    /// The next one. @param kspace [coil, readout, phase]
    void write(const ComplexArray& kspace);
    void finish();
    /// The axes in the file's written order, as --dims takes them.
    [[nodiscard]] std::string dims() const;
    /// As the file's users write it.
    [[nodiscard]] Shape shape() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace larmor::io
