// A file that changes, or goes, after it was opened: every loader says so instead of reading something else.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "core/base/io/load.h"
#include "tests/support/ismrmrd_script.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

std::string errorOfRead(const Acquisition& scan) {
    try {
        (void)scan.readSlice(0);
    } catch (const IoError& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a file that changed or went since it was opened is a clear error, in every format") {
    const TempDir dir;
    runPython(kPythonIsmrmrd + std::string(R"(
import scipy.io
folder = sys.argv[1] + '/'
k = (np.random.default_rng(1).standard_normal((2, 3, 8, 6)) + 1j).astype(np.complex64)
np.save(folder + 'k.npy', k)
scipy.io.savemat(folder + 'v5.mat', {'kspace': k})
with h5py.File(folder + 'v73.mat', 'w', userblock_size=512) as f: f['kspace'] = k.T
with open(folder + 'v73.mat', 'r+b') as f: f.write(b'MATLAB 7.3 MAT-file'.ljust(124) + b'\x00\x02IM')
with h5py.File(folder + 'fast.h5', 'w') as f: f['kspace'] = k
with h5py.File(folder + 'array.h5', 'w') as f: f['other'] = k
open(folder + 'pair.hdr', 'w').write('# Dimensions\n8 6 1 3\n')
k[0].transpose(0, 2, 1).tofile(folder + 'pair.cfl')
lines = [line(k[0, :, :, e], e1=e) for e in range(6)]
write(folder + 'scan.mrd', lines, header((8, 6, 1), (8, 6, 1), (200, 210, 4), (200, 210, 4), limit(1, 0, 5, 3)))
)"),
              {dir.path()});
    io::LoadOptions axes;
    axes.dims = {Dim::Slice, Dim::Coil, Dim::Readout, Dim::Phase};
    for (const char* name : {"k.npy", "v5.mat", "v73.mat", "fast.h5", "array.h5", "pair.cfl", "scan.mrd"}) {
        CAPTURE(name);
        const bool known = std::string(name) == "fast.h5" || std::string(name) == "scan.mrd" || std::string(name) == "pair.cfl";
        const auto scan = io::openAcquisition(dir.file(name), known ? io::LoadOptions{} : axes);
        CHECK(errorOfRead(*scan).empty());
        std::ofstream(dir.file(name), std::ios::app) << "more";
        CHECK(errorOfRead(*scan).find("as it was when opened") != std::string::npos);
        std::filesystem::remove(dir.file(name));
        CHECK(errorOfRead(*scan).find("it is gone") != std::string::npos);
    }
}
