#include "core/base/io/paired_parts.h"

#include <map>
#include <optional>

#include "core/base/io/box.h"
#include "core/base/io/joined_parts.h"

namespace larmor::io {
namespace {

constexpr std::int64_t kParts = 2;  // real, imaginary

/// Where an array has real and imaginary parts.
struct Pairs {
    std::string array;
    std::size_t axis = 0;  ///< of ArrayEntry::shape
};

/// The last axis in the file's own order, if it is of two and an image is left without it.
std::optional<std::size_t> axisOfParts(const ArrayEntry& entry) {
    if (entry.isComplex || (entry.type != "float32" && entry.type != "float64") || squeezed(entry.shape).size() < 3) return std::nullopt;
    const std::size_t last = entry.columnMajor ? 0 : entry.shape.size() - 1;
    return entry.shape[last] == kParts ? std::optional(last) : std::nullopt;
}

class PairedFile final : public ArrayFile {
public:
    PairedFile(ArrayFilePtr file, std::vector<ArrayEntry> entries, std::map<std::string, Pairs> pairs)
        : m_file(std::move(file)), m_entries(std::move(entries)), m_pairs(std::move(pairs)) {}
    [[nodiscard]] const std::string& path() const override { return m_file->path(); }
    [[nodiscard]] const std::string& format() const override { return m_file->format(); }
    [[nodiscard]] const std::vector<ArrayEntry>& entries() const override { return m_entries; }
    using ArrayFile::read;
    [[nodiscard]] ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const override {
        const ArrayEntry& found = entry(name);
        const auto paired = m_pairs.find(found.name);
        if (paired == m_pairs.end()) return m_file->read(found.name, start, count);
        checkBox(start, count, found.shape, found.name);
        return joined(part(paired->second, 0, start, count), part(paired->second, 1, start, count));
    }

private:
    [[nodiscard]] ComplexArray part(const Pairs& pairs, std::int64_t which, Shape start, Shape count) const {
        const Shape shape = count;
        start.insert(start.begin() + static_cast<std::ptrdiff_t>(pairs.axis), which);
        count.insert(count.begin() + static_cast<std::ptrdiff_t>(pairs.axis), 1);
        return m_file->read(pairs.array, start, count).reshaped(shape);
    }

    ArrayFilePtr m_file;
    std::vector<ArrayEntry> m_entries;     ///< those of the file, then those of pairs
    std::map<std::string, Pairs> m_pairs;  ///< by the name of the entry
};

}  // namespace

ArrayFilePtr withPairedParts(ArrayFilePtr file) {
    std::vector<ArrayEntry> entries = file->entries();
    std::map<std::string, Pairs> pairs;
    for (const ArrayEntry& real : file->entries()) {
        const auto axis = axisOfParts(real);
        if (!axis) continue;
        ArrayEntry added = real;
        added.name += real.name.empty() ? "as complex" : " as complex";
        added.shape.erase(added.shape.begin() + static_cast<std::ptrdiff_t>(*axis));
        added.type = "pairs of " + real.type;
        added.isComplex = added.isPaired = true;
        pairs[added.name] = {real.name, *axis};
        entries.push_back(std::move(added));
    }
    if (pairs.empty()) return file;
    return std::make_shared<PairedFile>(std::move(file), std::move(entries), std::move(pairs));
}

}  // namespace larmor::io
