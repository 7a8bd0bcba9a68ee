#pragma once
// Folders that are there whole or not at all: filled under another name beside their own, renamed once all is in them.

#include <functional>
#include <string>

namespace larmor::session {

/// What lies at `folder` is replaced once `write` has filled the one that it is given. @param what  it is, for messages: "a copy of a run"
/// @throws IoError; what `write` throws
void writeWholeFolder(const std::string& folder, const std::string& what, const std::function<void(const std::string& unfinished)>& write);

/// A copy of a folder, with links in place of files where the disk can: only of files that are never written to again. @throws IoError
void copyWholeFolder(const std::string& from, const std::string& to, const std::string& what);

}  // namespace larmor::session
