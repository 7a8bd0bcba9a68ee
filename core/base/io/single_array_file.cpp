#include "core/base/io/single_array_file.h"

#include <utility>

#include "core/base/io/box.h"

namespace larmor::io {

SingleArrayFile::SingleArrayFile(std::string path, std::string format, ArrayEntry entry, RawLayout layout,
                                 std::unique_ptr<ByteSource> source, bool isReversed)
    : m_path(std::move(path)),
      m_format(std::move(format)),
      m_entries{std::move(entry)},
      m_layout(std::move(layout)),
      m_source(std::move(source)),
      m_isReversed(isReversed) {}

ComplexArray SingleArrayFile::read(const std::string& name, const Shape& start, const Shape& count) const {
    checkBox(start, count, entry(name).shape, fileNameOf(m_path));
    if (!m_isReversed) return readBox(*m_source, m_layout, start, count);
    return reverseAxes(readBox(*m_source, m_layout, reversed(start), reversed(count)));
}

}  // namespace larmor::io
