#pragma once
// What the axes of a kind of file mean, as a person last said. Files of a kind have the same format, name of the array and number of axes.

#include <optional>
#include <string>
#include <utility>

#include "core/session/open_scan.h"

namespace larmor::session {

class AxisMemory {
public:
    /// @param file  a JSON file; need not be there yet
    explicit AxisMemory(std::string file) : m_file(std::move(file)) {}

    /// In the file's written order, "coil,readout,phase"; nullopt where nothing was said, or where the memory cannot be read.
    [[nodiscard]] std::optional<std::string> dimsFor(const Provenance& origin) const;
    /// origin.dims, for files of the kind of `origin`. @throws IoError
    void remember(const Provenance& origin) const;
    /// Files of that kind are guessed again. @throws IoError
    void forget(const Provenance& origin) const;

private:
    std::string m_file;
};

/// openScan; where the axes would be guessed, with those that are remembered for files of that kind if they fit.
struct RememberedAcquisition {
    AcquisitionPtr acquisition;
    bool remembered = false;
};
/// @throws as openScan
[[nodiscard]] RememberedAcquisition openRemembered(const std::string& path, const io::LoadOptions& options, const AxisMemory& memory, const RunControl& run = {});

}  // namespace larmor::session
