#pragma once
// The command line program as a person runs it.

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

namespace larmor::test {

inline std::string cliPath() {
    if (const char* path = std::getenv("LARMOR_CLI")) return path;
    return std::string(LARMOR_BINARY_DIR) + "/bin/larmor-cli";
}

inline ProgramResult runCli(const std::vector<std::string>& arguments) { return runProgram(cliPath(), arguments); }

/// Runs with --json added; what standard output held. Throws if it is no JSON document or the exit code is not `expected`.
inline nlohmann::json runCliJson(std::vector<std::string> arguments, int expected = 0) {
    arguments.push_back("--json");
    const auto result = runCli(arguments);
    if (result.exitCode != expected) throw std::runtime_error("exit code " + std::to_string(result.exitCode) + ": " + result.err);
    return nlohmann::json::parse(result.out);
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A 64 x 64 head with 6 coils and a little noise, made by NumPy alone: scan.npy [coil, readout, phase], scan.h5 in fastMRI's layout
/// (3 slices, readout oversampled by 2) and truth.npy.
inline void makeScan(const TempDir& folder) {
    (void)runPython(R"(
import sys, numpy as np, h5py
out = sys.argv[1]
n, coils = 64, 6
y, x = np.meshgrid((np.arange(n) - n // 2) / (n / 2), (np.arange(n) - n // 2) / (n / 2), indexing='ij')
head = 1.0 * ((x / .7)**2 + (y / .85)**2 < 1) - .4 * ((x / .6)**2 + (y / .75)**2 < 1) + .3 * (((x - .2) / .15)**2 + ((y + .3) / .25)**2 < 1)
image = head * np.exp(1j * (.6 * x + .4 * y * y))
angle = 2 * np.pi * np.arange(coils) / coils
maps = np.stack([np.exp(-((x - 1.1 * np.cos(a))**2 + (y - 1.1 * np.sin(a))**2) / 1.5) * np.exp(1j * (a + x * np.sin(a))) for a in angle])
maps /= np.sqrt((abs(maps)**2).sum(0))
fft = lambda v: np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(v, axes=(-2, -1)), norm='ortho'), axes=(-2, -1))
rng = np.random.default_rng(1)
noise = lambda s: .002 * (rng.standard_normal(s) + 1j * rng.standard_normal(s))
np.save(out + '/truth.npy', abs(image).astype(np.float32))
k = fft(maps * image) + noise(maps.shape)
np.save(out + '/scan.npy', k.astype(np.complex64))
wide = np.zeros((3, coils, 2 * n, n), complex)
for s in range(3): wide[s, :, n // 2:n // 2 + n] = maps * image * (1 + .2 * s)
wide = fft(wide) + noise(wide.shape)
header = '''<?xml version="1.0"?><ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD"><encoding><encodedSpace><matrixSize><x>128</x><y>64</y><z>1</z></matrixSize>
<fieldOfView_mm><x>440</x><y>220</y><z>5</z></fieldOfView_mm></encodedSpace><reconSpace><matrixSize><x>64</x><y>64</y><z>1</z></matrixSize>
<fieldOfView_mm><x>220</x><y>220</y><z>5</z></fieldOfView_mm></reconSpace><encodingLimits><kspace_encoding_step_1><minimum>0</minimum><maximum>63</maximum><center>32</center>
</kspace_encoding_step_1></encodingLimits></encoding></ismrmrdHeader>'''
with h5py.File(out + '/scan.h5', 'w') as f:
    f['kspace'] = wide.astype(np.complex64)
    f['ismrmrd_header'] = header
    f.attrs['acquisition'] = 'AXT1'
    f.attrs['patient_id'] = 'PATIENT-7734'
)",
                    {folder.path()});
}

}  // namespace larmor::test
