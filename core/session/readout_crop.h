#pragma once
#include "core/base/api/engine.h"

namespace larmor::session {

/// Cuts readout oversampling off before the reconstruction instead of after it: half the work for a network, and the field of view that
/// it was trained on. K-space, mask and maps become those of `readout` pixels. Only where no line along readout is partly sampled, for
/// there the transform along it is complete; @returns false, and changes nothing, elsewhere and where there is nothing to cut.
bool cropReadout(SliceProblem& problem, std::int64_t readout);

}  // namespace larmor::session
