#include <algorithm>
#include <array>
#include <map>

#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/hdf5_file.h"

namespace larmor::io {
namespace {

/// Two arrays that are the parts of a complex one.
struct Parts {
    std::string real, imaginary;
};

/// Real arrays of one shape named "x_real" and "x_imag", "x_re" and "x_im", "x/real" and "x/imag" ... become a further array "x".
std::map<std::string, Parts> joinParts(std::vector<ArrayEntry>& entries) {
    constexpr std::array kEndings{std::pair("real", "imag"), std::pair("re", "im"), std::pair("Real", "Imag"), std::pair("REAL", "IMAG")};
    std::map<std::string, Parts> joined;
    const auto find = [&](const std::string& name) {
        return std::find_if(entries.begin(), entries.end(), [&](const ArrayEntry& e) { return e.name == name; });
    };
    for (std::size_t i = 0, count = entries.size(); i < count; ++i) {
        const ArrayEntry real = entries[i];
        for (const auto& [re, im] : kEndings) {
            if (real.isComplex || !real.name.ends_with(re)) continue;
            std::string stem = real.name.substr(0, real.name.size() - std::string_view(re).size());
            const auto imaginary = find(stem + im);
            if (imaginary == entries.end() || imaginary->shape != real.shape || imaginary->type != real.type) continue;
            const std::string twin = stem + im;
            const std::size_t bare = stem.find_last_not_of("_/.- ") + 1;                    // 0 where nothing else is there
            if (std::string_view(re) == "re" && bare == stem.size() && bare > 0) continue;  // "core" and "coim" are words
            stem = bare == 0 ? std::string(re) + " and " + im : stem.substr(0, bare);
            if (find(stem) != entries.end()) continue;
            joined[stem] = {real.name, twin};
            entries.push_back({stem, real.shape, "complex of two " + real.type, true, real.columnMajor});
            break;
        }
    }
    return joined;
}

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
        ComplexArray values = file.read(parts->second.real, start, count);
        const ComplexArray imaginary = file.read(parts->second.imaginary, start, count);
        for (std::int64_t i = 0; i < values.size(); ++i) values[i] = {values[i].real(), imaginary[i].real()};
        return values;
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
