#include "core/base/io/paired_parts.h"

#include <algorithm>
#include <map>
#include <optional>

#include "core/base/io/box.h"

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
    PairedFile(ArrayFilePtr file, std::vector<ArrayEntry> paired, std::map<std::string, Pairs> pairs)
        : m_file(std::move(file)), m_paired(std::move(paired)), m_pairs(std::move(pairs)) {}
    [[nodiscard]] const std::string& path() const override { return m_file->path(); }
    [[nodiscard]] const std::string& format() const override { return m_file->format(); }
    [[nodiscard]] const std::vector<ArrayEntry>& entries() const override { return m_file->entries(); }
    [[nodiscard]] const std::vector<ArrayEntry>& pairedEntries() const override { return m_paired; }
    using ArrayFile::read;
    [[nodiscard]] ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const override {
        const ArrayEntry& found = entry(name);
        const auto paired = m_pairs.find(found.name);
        if (paired == m_pairs.end()) return m_file->read(found.name, start, count);
        checkBox(start, count, found.shape, found.name);
        const auto axis = static_cast<std::ptrdiff_t>(paired->second.axis);
        Shape begin = start, both = count;
        begin.insert(begin.begin() + axis, 0);
        both.insert(both.begin() + axis, kParts);
        return together(m_file->read(paired->second.array, begin, both), axis == 0).reshaped(count);
    }

private:
    /// @param parts  all real parts first, else one after the other with the imaginary ones
    static ComplexArray together(const ComplexArray& parts, bool isApart) {
        const std::int64_t n = parts.size() / kParts, next = isApart ? 1 : kParts, imaginary = isApart ? n : 1;
        ComplexArray values({n});
        for (std::int64_t i = 0; i < n; ++i) values[i] = {parts[i * next].real(), parts[i * next + imaginary].real()};
        return values;
    }

    ArrayFilePtr m_file;
    std::vector<ArrayEntry> m_paired;
    std::map<std::string, Pairs> m_pairs;  ///< by the name of the entry
};

}  // namespace

ArrayFilePtr withPairedParts(ArrayFilePtr file) {
    std::vector<ArrayEntry> paired;
    std::map<std::string, Pairs> pairs;
    for (const ArrayEntry& real : file->entries()) {
        const auto axis = axisOfParts(real);
        if (!axis) continue;
        ArrayEntry added = real;
        added.name += real.name.empty() ? "as complex" : " as complex";
        added.shape.erase(added.shape.begin() + static_cast<std::ptrdiff_t>(*axis));
        added.type = "pairs of " + real.type;
        added.isComplex = true;
        const auto& own = file->entries();
        if (std::any_of(own.begin(), own.end(), [&](const ArrayEntry& each) { return each.name == added.name; })) continue;
        pairs[added.name] = {real.name, *axis};
        paired.push_back(std::move(added));
    }
    if (pairs.empty()) return file;
    return std::make_shared<PairedFile>(std::move(file), std::move(paired), std::move(pairs));
}

}  // namespace larmor::io
