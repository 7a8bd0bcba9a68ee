#pragma once
// BART, an independent implementation to compare with, run through files.

#include <string>
#include <vector>

#include "core/base/array.h"
#include "tests/support/temp_dir.h"

namespace larmor::test {

/// True if BART is installed. Where it is not, says so on standard output ("SKIPPED: ...") and the case returns.
[[nodiscard]] bool haveBart(const std::string& testCase);

/// A folder in which BART works: arrays go in, commands run, arrays come out. Arrays are [coil, readout, phase] or [readout, phase].
class BartFolder {
public:
    /// The files of an array, without their endings.
    [[nodiscard]] std::string file(const std::string& name) const { return m_folder.file(name); }
    void put(const std::string& name, const ComplexArray& array) const;
    [[nodiscard]] ComplexArray get(const std::string& name) const;
    /// Runs "bart <arguments>"; words that name an array (put or yet to be made) are prefixed by '@': "ecalib -m1 @kspace @maps".
    /// Returns what it printed. Throws std::runtime_error if it fails.
    std::string run(const std::string& arguments) const;

private:
    TempDir m_folder;
};

}  // namespace larmor::test
