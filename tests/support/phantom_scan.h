#pragma once
// A small fully sampled scan of the phantom as a file.

#include <cstdint>
#include <string>

namespace larmor::test {

struct PhantomScan {
    std::int64_t slices = 1, coils = 4, readout = 48, phase = 48;
    double noise = 0.01;          ///< as of phantomKspace()
    std::uint64_t firstSeed = 1;  ///< of the noise of the first slice; each one after it has the next
    double readoutMm = 192, phaseMm = 192;
    std::string contrast = {}, simulation = {};  ///< as the header has them
};

/// Writes fastMRI's HDF5. @return `path`
std::string writePhantomScan(const std::string& path, const PhantomScan& scan);

}  // namespace larmor::test
