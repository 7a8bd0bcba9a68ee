#include "core/session/open_again.h"

#include "core/session/open_scan.h"

namespace larmor::session {

AcquisitionPtr openAgain(const std::string& path, const std::string& format, const std::string& array, const std::string& dims) {
    io::LoadOptions options;
    const bool ownOrder = format.find("fastMRI") != std::string::npos;
    if (!ownOrder) options.array = array;
    if (!ownOrder && !dims.empty()) options.dims = io::parseDims(dims);
    return openScan(path, options);
}

}  // namespace larmor::session
