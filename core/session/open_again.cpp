#include "core/session/open_again.h"

#include "core/base/io/load.h"

namespace larmor::session {

AcquisitionPtr openAgain(const std::string& path, const std::string& format, const std::string& array, const std::string& dims) {
    io::LoadOptions options;
    const bool ownOrder = format.find("fastMRI") != std::string::npos;
    if (!ownOrder) options.array = array;
    if (!ownOrder && !dims.empty()) options.dims = io::parseDims(dims);
    return io::openAcquisition(path, options);
}

}  // namespace larmor::session
