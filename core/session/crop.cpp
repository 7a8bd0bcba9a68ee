#include "core/session/reconstruct.h"

namespace larmor::session {

ComplexArray cropToRecon(ComplexArray image, const AcquisitionHeader& header) {
    const auto rank = image.rank();
    if (image.extent(rank - 2) == header.recon.readout && image.extent(rank - 1) == header.recon.phase) return image;
    return centreFit(image, header.recon.readout, header.recon.phase);
}

}  // namespace larmor::session
