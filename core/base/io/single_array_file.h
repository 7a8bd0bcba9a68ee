#pragma once
// A file that holds just one raw array.

#include <memory>
#include <string>
#include <vector>

#include "core/base/io/array_file.h"
#include "core/base/io/raw_array.h"

namespace larmor::io {

class SingleArrayFile : public ArrayFile {
public:
    /// @param isReversed  `layout.shape` is stored back to front with respect to `entry.shape`: boxes are turned round when read
    SingleArrayFile(std::string path, std::string format, ArrayEntry entry, RawLayout layout, std::unique_ptr<ByteSource> source,
                    bool isReversed = false);

    [[nodiscard]] const std::string& path() const override { return m_path; }
    [[nodiscard]] const std::string& format() const override { return m_format; }
    [[nodiscard]] const std::vector<ArrayEntry>& entries() const override { return m_entries; }
    using ArrayFile::read;
    [[nodiscard]] ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const override;

private:
    std::string m_path, m_format;
    std::vector<ArrayEntry> m_entries;
    RawLayout m_layout;
    std::unique_ptr<ByteSource> m_source;
    bool m_isReversed;
};

}  // namespace larmor::io
