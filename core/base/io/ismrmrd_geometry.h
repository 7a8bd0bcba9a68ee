#pragma once
#include "core/base/io/ismrmrd_layout.h"

namespace larmor::io {

/// Fills recon, the fields of view and the geometry of the header. The reconstructed matrix is the part of the encoded one that shows the
/// reconstructed field of view: pixels stay those that were encoded. Directions and positions are those of the first line of a slice.
void describeGeometry(const IsmrmrdLayout& layout, const IsmrmrdEncoding& encoding, AcquisitionHeader& header);

}  // namespace larmor::io
