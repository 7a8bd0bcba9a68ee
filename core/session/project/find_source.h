#pragma once
// A project's k-space file, found again where it was, or where it moved to with the project.

#include <stop_token>

#include "core/session/project/project.h"

namespace larmor::session {

struct FoundSource {
    std::string path;    ///< of the file with the size and the hash that were stored; empty: none of the places holds it
    std::string reason;  ///< why not, a sentence for a person
};

/// Looks at the stored path, then at the relative one from `folder`, then for the same name in `folder` and beside it. A source without a
/// hash is taken by its name. @param folder  of the project, or of the result whose source it is; empty: only the stored path
/// @throws Cancelled
[[nodiscard]] FoundSource findSource(const ProjectSource& source, const std::string& folder, const std::stop_token& stop = {});

/// Whether a file that a person named is the one that was stored. @throws InputError that shows both hashes; IoError, Cancelled
void checkSource(const ProjectSource& source, const std::string& path, const std::stop_token& stop = {});

/// The same source as it is now, with its size and hash, and its way from `folder`. @throws IoError, Cancelled
[[nodiscard]] ProjectSource measured(ProjectSource source, const std::string& folder, const std::stop_token& stop = {});

/// From `folder` to `path`, with slashes; empty where there is no way.
[[nodiscard]] std::string wayTo(const std::string& path, const std::string& folder);
/// The first twelve digits.
[[nodiscard]] std::string shortHash(const std::string& hash);

}  // namespace larmor::session
