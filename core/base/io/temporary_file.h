#pragma once
// A file on its way: written under another name, renamed when whole.

#include <functional>
#include <string>

#include "core/base/export.h"

namespace larmor::io {

class LARMOR_BASE_EXPORT TemporaryFile {
public:
    /// Chooses a name in the folder of `target`, with the same extension; creates nothing.
    /// @throws IoError if the folder is missing or cannot be written to, or the target is a folder.
    explicit TemporaryFile(const std::string& target);
    ~TemporaryFile();  ///< removes what was written unless commit() was reached
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] const std::string& path() const { return m_path; }
    /// Does `work`; an IoError about the temporary name becomes one about the target: a person asked for that.
    void write(const std::function<void()>& work) const;
    /// Flushes the bytes to the disk and gives the file its name. @throws IoError
    void commit();

private:
    std::string m_target, m_path;
};

/// @throws IoError unless `path` lies in a folder that can be written to and is no folder itself.
LARMOR_BASE_EXPORT void checkTarget(const std::string& path);

}  // namespace larmor::io
