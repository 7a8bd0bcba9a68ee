#pragma once
#include "core/base/data/reconstruction.h"
#include "core/session/project/project.h"

namespace larmor::session {

/// What was chosen when a result was made, as a project without results: its source, mask, maps, method, values, prior, contrast, slices
/// and device. A drawn mask is marked as such; its samples are not in a protocol.
[[nodiscard]] Project projectOf(const Protocol& protocol);

/// A file as it was opened, without size and hash.
[[nodiscard]] ProjectSource sourceOf(const Protocol& protocol);

}  // namespace larmor::session
