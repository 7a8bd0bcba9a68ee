// MATLAB v5 files. Their cells, texts and sparse matrices are not arrays to us; fields of structures are.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "core/base/io/box.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/joined_parts.h"
#include "core/base/io/mat5_elements.h"

namespace larmor::io {
namespace {

std::string typeText(ElementType type, bool isComplex) {
    if (!isComplex) return nameOf(type);
    if (type == ElementType::Float64) return "complex128";
    return type == ElementType::Float32 ? "complex64" : "complex of " + nameOf(type);
}

class Mat5File final : public ArrayFile {
public:
    explicit Mat5File(const std::string& path) : m_path(path), m_format(kMat5Format), m_stamp(stampOf(path)), m_variables(listMat5(path)) {
        for (const Mat5Variable& variable : m_variables)
            m_entries.push_back({variable.name, variable.shape, typeText(variable.type, variable.isComplex), variable.isComplex, true});
        m_parts = joinParts(m_entries);
        if (m_entries.empty()) throw IoError(path, "", "an array of numbers", "a MATLAB file without any");
    }
    [[nodiscard]] const std::string& path() const override { return m_path; }
    [[nodiscard]] const std::string& format() const override { return m_format; }
    [[nodiscard]] const std::vector<ArrayEntry>& entries() const override { return m_entries; }
    [[nodiscard]] ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const override {
        const ArrayEntry& found = entry(name);
        checkBox(start, count, found.shape, found.name);
        checkUnchanged(m_path, m_stamp);
        return cutBox(*whole(static_cast<std::size_t>(&found - m_entries.data())), start, count);
    }

private:
    [[nodiscard]] ComplexArray load(std::size_t index) const {
        const auto parts = m_parts.find(m_entries[index].name);
        if (parts == m_parts.end()) return readMat5(m_path, m_variables[index]);
        const auto variable = [&](const std::string& name) {
            return readMat5(m_path, *std::find_if(m_variables.begin(), m_variables.end(), [&](const Mat5Variable& each) { return each.name == name; }));
        };
        return joined(variable(parts->second.real), variable(parts->second.imaginary));
    }
    /// The variable last read stays in memory: compressed ones can only be read from their beginning.
    std::shared_ptr<const ComplexArray> whole(std::size_t index) const {
        const std::lock_guard guard(m_mutex);
        if (!m_cached || m_cachedIndex != index) {
            m_cached.reset();
            m_cached = std::make_shared<const ComplexArray>(load(index));
            m_cachedIndex = index;
        }
        return m_cached;
    }

    std::string m_path, m_format;
    FileStamp m_stamp;
    std::vector<Mat5Variable> m_variables;
    std::vector<ArrayEntry> m_entries;  ///< the variables, then those that are joined of two
    std::map<std::string, Parts> m_parts;
    mutable std::mutex m_mutex;
    mutable std::shared_ptr<const ComplexArray> m_cached;
    mutable std::size_t m_cachedIndex = 0;
};

}  // namespace

bool looksLikeMat5(std::string_view head) {
    if (head.size() < 128) return false;
    const std::string_view version = head.substr(124, 4);
    return version == std::string_view("\0\1IM", 4) || version == std::string_view("\1\0MI", 4);
}

ArrayFilePtr openMat5(const std::string& path) {
    return std::make_shared<Mat5File>(path);
}

}  // namespace larmor::io
