#!/usr/bin/env python3
"""What the programs load. Usage: check_loading.py BUILD_DIR"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import numpy

BUILD = pathlib.Path(sys.argv.pop(1))


def linked(program):
    return subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=True).stdout


def loaded(*command):
    """Libraries that a run really loads, those taken by dlopen too."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, env={**os.environ, "LD_DEBUG": "files"})
    assert result.returncode == 0, result.stderr[-500:]
    return set(re.findall(r"calling init: \S*/([^/\s]+)", result.stderr))


class Loading(unittest.TestCase):
    def test_command_line_links_no_window_and_no_torch(self):
        libraries = linked(BUILD / "bin/larmor-cli")
        self.assertIn("liblarmor_base", libraries)
        for name in ("libQt", "libvtk", "libtorch", "libc10", "liblarmor_recon", "_openmpi", "libmpi", "libgomp"):
            self.assertNotIn(name, libraries)

    def test_help_and_listing_load_no_torch(self):
        for arguments in (["--help"], ["recon", "--help"], ["methods"], ["--version"]):
            libraries = loaded(BUILD / "bin/larmor-cli", *arguments)
            self.assertIn("liblarmor_base.so", libraries)
            self.assertEqual([name for name in libraries if "torch" in name or "larmor_recon" in name], [], arguments)

    def test_classical_reconstruction_loads_no_torch_and_the_rest_does(self):
        with tempfile.TemporaryDirectory() as folder:
            rng = numpy.random.default_rng(1)
            kspace = rng.standard_normal((3, 32, 32)) + 1j * rng.standard_normal((3, 32, 32))
            kspace[:, 12:20, 12:20] *= 30
            numpy.save(f"{folder}/scan.npy", kspace.astype(numpy.complex64))
            scan = [f"{folder}/scan.npy", "--dims", "coil,readout,phase", "-o", f"{folder}/out.npy"]
            for arguments in (["maps", *scan], *(["recon", *scan, "--method", method] for method in ("zero-filled", "cg-sense", "l1-wavelet", "tv"))):
                libraries = loaded(BUILD / "bin/larmor-cli", *arguments)
                self.assertIn("liblarmor_cpu.so", libraries)
                self.assertEqual([name for name in libraries if "torch" in name or "larmor_recon" in name], [], arguments)
            self.assertIn("libtorch_cpu.so", loaded(BUILD / "bin/larmor-cli", "recon", *scan, "--method", "spirit", "--set", "combination=rss"))

    def test_window_links_qt_and_vtk_but_not_torch_nor_qt5(self):
        program = BUILD / "bin/larmor"
        if not program.exists():
            self.skipTest("built without the window (LARMOR_DESKTOP=OFF)")
        libraries = linked(program)
        for name in ("libQt6Widgets", "libvtkImagingCore"):
            self.assertIn(name, libraries)
        for name in ("libQt5", "libtorch", "libc10", "libmpi"):
            self.assertNotIn(name, libraries)

    def test_one_hdf5_in_the_process(self):
        libraries = linked(BUILD / "lib/liblarmor_base.so")
        self.assertEqual(len(set(re.findall(r"libhdf5(?:_serial|_openmpi)?\.so", libraries))), 1)
        self.assertIn("libhdf5_serial", libraries)


if __name__ == "__main__":
    unittest.main()
