#include "tests/support/bart.h"

#include <filesystem>
#include <iostream>
#include <span>
#include <sstream>
#include <stdexcept>

#include "tests/support/python.h"

namespace larmor::test {

namespace {
constexpr const char* kProgram = "/usr/bin/bart";
constexpr std::size_t kBartDims = 16, kReadout = 0, kPhase = 1, kCoil = 3;

/// Calls visit(our index, BART's index) for all elements: we run phase fastest, BART readout.
template <class Visit>
void forEachElement(std::int64_t coils, std::int64_t readout, std::int64_t phase, Visit visit) {
    for (std::int64_t c = 0; c < coils; ++c)
        for (std::int64_t r = 0; r < readout; ++r)
            for (std::int64_t p = 0; p < phase; ++p) visit((c * readout + r) * phase + p, (c * phase + p) * readout + r);
}

std::vector<std::int64_t> readHeader(const std::string& path) {
    std::istringstream text(readFile(path));
    std::string line;
    while (std::getline(text, line))
        if (line == "# Dimensions") break;
    std::vector<std::int64_t> dims;
    if (std::getline(text, line)) {
        std::istringstream numbers(line);
        for (std::int64_t n = 0; numbers >> n;) dims.push_back(n);
    }
    if (dims.size() <= kCoil) throw std::runtime_error("not a BART header: " + path);
    return dims;
}
}  // namespace

bool haveBart(const std::string& testCase) {
    if (std::filesystem::exists(kProgram)) return true;
    std::cout << "SKIPPED: " << testCase << " because " << kProgram << " is not there\n";
    return false;
}

void BartFolder::put(const std::string& name, const ComplexArray& array) const {
    const bool coils = array.rank() == 3;
    const std::int64_t readout = array.extent(coils ? 1 : 0), phase = array.extent(coils ? 2 : 1), count = coils ? array.extent(0) : 1;
    std::vector<std::int64_t> dims(kBartDims, 1);
    dims[kReadout] = readout;
    dims[kPhase] = phase;
    dims[kCoil] = count;
    std::string header = "# Dimensions\n";
    for (const auto n : dims) header += std::to_string(n) + " ";
    writeFile(m_folder.file(name + ".hdr"), header + "\n");
    std::vector<cfloat> values(static_cast<std::size_t>(array.size()));
    forEachElement(count, readout, phase,
                   [&](std::int64_t ours, std::int64_t theirs) { values[static_cast<std::size_t>(theirs)] = array[ours]; });
    writeRaw<cfloat>(m_folder.file(name + ".cfl"), values);
}

ComplexArray BartFolder::get(const std::string& name) const {
    const auto dims = readHeader(m_folder.file(name + ".hdr"));
    const auto values = readRaw<cfloat>(m_folder.file(name + ".cfl"));
    ComplexArray array(Shape{dims[kCoil], dims[kReadout], dims[kPhase]});
    if (static_cast<std::int64_t>(values.size()) != array.size()) throw std::runtime_error("BART's array " + name + " has more dimensions");
    forEachElement(dims[kCoil], dims[kReadout], dims[kPhase],
                   [&](std::int64_t ours, std::int64_t theirs) { array[ours] = values[static_cast<std::size_t>(theirs)]; });
    return dims[kCoil] == 1 ? array.slice(0) : array;
}

std::string BartFolder::run(const std::string& arguments) const {
    std::istringstream words(arguments);
    std::vector<std::string> list;
    for (std::string word; words >> word;) list.push_back(word.front() == '@' ? m_folder.file(word.substr(1)) : word);
    const auto result = runProgram(kProgram, list);
    if (result.exitCode != 0) throw std::runtime_error("bart " + arguments + " failed: " + result.err);
    return result.out + result.err;
}

}  // namespace larmor::test
