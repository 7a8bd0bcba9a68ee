#include "core/session/reconstruct.h"

namespace larmor::session {

ComplexArray cropToRecon(const ComplexArray& image, const AcquisitionHeader& header) {
    return centreFit(image, header.recon.readout, header.recon.phase);
}

}  // namespace larmor::session
