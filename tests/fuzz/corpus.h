#pragma once
// Small whole files of every format that Larmor reads.

#include <functional>
#include <string>
#include <vector>

#include "tests/fuzz/guarded_run.h"
#include "tests/fuzz/mutate.h"

namespace larmor::fuzz {

struct FuzzCase {
    std::string format;  ///< "fastmri": what --format asks for
    std::string folder;  ///< with its files, below that of the corpus; any of them is damaged
    std::string main;    ///< the file that is opened
    std::function<Outcome(const std::string& path)> read;
    Packing packing = Packing::None;  ///< of the main file, which lies in the corpus without it
};

/// The files are made by h5py, scipy and numpy, Larmor's own formats by Larmor. @throws std::runtime_error
[[nodiscard]] std::vector<FuzzCase> makeCorpus(const std::string& folder);

}  // namespace larmor::fuzz
