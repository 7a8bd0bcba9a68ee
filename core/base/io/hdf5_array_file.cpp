#include <map>

#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/joined_parts.h"

namespace larmor::io {
namespace {

/// Opens the file anew for each read: nothing stays locked, and a file that changed is noticed.
class Hdf5ArrayFile final : public ArrayFile {
public:
    explicit Hdf5ArrayFile(const std::string& path)
        : m_path(path), m_format(kHdf5Format), m_stamp(stampOf(path)), m_entries(Hdf5File(path).arrays()) {
        m_parts = joinParts(m_entries);
        if (m_entries.empty()) throw IoError(path, "", "an array of numbers", "an HDF5 file without any");
    }
    [[nodiscard]] const std::string& path() const override { return m_path; }
    [[nodiscard]] const std::string& format() const override { return m_format; }
    [[nodiscard]] const std::vector<ArrayEntry>& entries() const override { return m_entries; }
    [[nodiscard]] ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const override {
        const ArrayEntry& found = entry(name);
        checkUnchanged(m_path, m_stamp);
        const Hdf5File file(m_path);
        const auto parts = m_parts.find(found.name);
        if (parts == m_parts.end()) return file.read(found.name, start, count);
        return joined(file.read(parts->second.real, start, count), file.read(parts->second.imaginary, start, count));
    }

private:
    std::string m_path, m_format;
    FileStamp m_stamp;
    std::vector<ArrayEntry> m_entries;
    std::map<std::string, Parts> m_parts;
};

}  // namespace

ArrayFilePtr openHdf5(const std::string& path) {
    return std::make_shared<Hdf5ArrayFile>(path);
}

}  // namespace larmor::io
