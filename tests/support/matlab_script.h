#pragma once
// MATLAB v7.3 files as MATLAB writes them, by h5py.

#include <string>

#include "tests/support/ramp.h"

namespace larmor::test {

/// kPythonRamp and: v73(path, **arrays) writes arrays in MATLAB's order of dimensions, with the user block and MATLAB's attributes.
inline const std::string kPythonMatlab = kPythonRamp + R"(
import os
import h5py
import scipy.io
def v73(path, **arrays):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with h5py.File(path, 'w', userblock_size=512) as f:
        for name, x in arrays.items():
            x = np.asarray(x)
            while x.ndim > 2 and x.shape[-1] == 1:  # MATLAB has no trailing axes of size 1
                x = x[..., 0]
            stored = x.T
            if np.iscomplexobj(x):
                part = x.real.dtype
                both = np.zeros(stored.shape, dtype=[('real', part), ('imag', part)])
                both['real'], both['imag'] = stored.real, stored.imag
                stored = both
            d = f.create_dataset(name, data=stored)
            d.attrs['MATLAB_class'] = np.bytes_({'f4': 'single', 'f8': 'double'}.get(x.real.dtype.str[1:], x.dtype.name))
    with open(path, 'r+b') as f:
        f.write(b'MATLAB 7.3 MAT-file, Platform: GLNXA64'.ljust(116) + bytes(8) + b'\x00\x02IM')
)";

}  // namespace larmor::test
