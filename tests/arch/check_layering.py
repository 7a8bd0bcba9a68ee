#!/usr/bin/env python3
"""Which folder may include what: the drawing in ARCHITECTURE.md, enforced. Usage: check_layering.py SOURCE_DIR"""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
TOP_FOLDERS = {"app", "ui", "core", "render", "plugins", "resources", "tests", "installer"}
IGNORED_FOLDERS = {"build"}
LINE_CAP = {".cpp": 400, ".h": 250, "CMakeLists.txt": 120}

# Folder -> what its includes may start with, beside the standard library. First match wins.
OURS = {
    "core/base": ["core/base/"],
    "core/cpu": ["core/base/", "core/cpu/"],
    "core/recon": ["core/base/", "core/cpu/", "core/recon/"],
    "core/session": ["core/base/", "core/cpu/", "core/session/"],
    "render": ["core/base/", "render/"],
    "ui": ["core/base/", "core/session/", "render/", "ui/"],
    "app/cli": ["core/base/", "core/session/", "app/cli/"],
    "app": ["core/base/", "core/session/", "ui/", "app/"],
    "plugins": ["core/base/", "core/recon/", "plugins/"],
}
QT = re.compile(r"^Q[A-Z]\w*$|^Qt[A-Z]")
VTK = re.compile(r"^vtk")
TORCH = re.compile(r"^(ATen|c10|torch)/")
EIGEN = re.compile(r"^Eigen/")
THIRD_PARTY = {"Qt": (QT, {"ui", "app"}), "VTK": (VTK, {"render"}), "LibTorch": (TORCH, {"core/recon", "plugins"}), "Eigen": (EIGEN, {"core/cpu"})}


def sources():
    for folder in ("app", "ui", "core", "render", "plugins"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                yield path


def layer_of(path):
    relative = path.relative_to(ROOT).as_posix()
    return next(layer for layer in sorted(OURS, key=len, reverse=True) if relative.startswith(layer + "/"))


def includes(path):
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', path.read_text(encoding="utf-8"), re.MULTILINE)


class Layering(unittest.TestCase):
    def test_there_is_something_to_check(self):
        self.assertGreater(len(list(sources())), 40)

    def test_our_includes_follow_the_layers(self):
        wrong = []
        for path in sources():
            allowed = OURS[layer_of(path)]
            for name in includes(path):
                if name.split("/")[0] in TOP_FOLDERS and not any(name.startswith(prefix) for prefix in allowed):
                    wrong.append(f"{path.relative_to(ROOT)} includes {name}")
        self.assertEqual(wrong, [])

    def test_our_includes_start_at_the_root(self):
        wrong = [f"{path.relative_to(ROOT)} includes {name}" for path in sources() for name in includes(path)
                 if name.endswith(".h") and "/" not in name and (path.parent / name).exists()]
        self.assertEqual(wrong, [])

    def test_heavy_libraries_stay_in_their_layer(self):
        wrong = []
        for path in sources():
            for library, (pattern, layers) in THIRD_PARTY.items():
                if layer_of(path) not in layers:
                    wrong += [f"{path.relative_to(ROOT)} includes {library}'s {name}" for name in includes(path) if pattern.match(name)]
        self.assertEqual(wrong, [])

    def test_public_headers_of_render_name_no_vtk_type(self):
        wrong = [str(path) for path in sources() if path.suffix == ".h" and layer_of(path) != "render" and "vtk" in path.read_text()]
        self.assertEqual(wrong, [])

    def test_recon_headers_include_only_the_tensor(self):
        wrong = [f"{path.relative_to(ROOT)} includes {name}" for path in sources() if path.suffix == ".h"
                 for name in includes(path) if TORCH.match(name) and name != "ATen/core/Tensor.h"]
        self.assertEqual(wrong, [])

    def test_the_slow_torch_headers_are_not_used(self):
        everywhere = [name for path in sources() for name in includes(path)]
        self.assertNotIn("torch/torch.h", everywhere)
        self.assertLessEqual(everywhere.count("torch/script.h"), 1)

    def test_only_the_fft_folder_calls_a_transform(self):
        call = re.compile(r"\b(at::|torch::)?(_?fft_\w+|cufftExec\w+)\s*\(")
        wrong = [str(path.relative_to(ROOT)) for path in sources()
                 if call.search(path.read_text()) and not path.relative_to(ROOT).as_posix().startswith("core/recon/fft/")]
        self.assertEqual(wrong, [])

    def test_headers_do_not_import_namespaces(self):
        wrong = [str(path) for path in sources() if path.suffix == ".h" and re.search(r"^\s*using namespace", path.read_text(), re.MULTILINE)]
        self.assertEqual(wrong, [])


class Tree(unittest.TestCase):
    def test_top_level_folders(self):
        found = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - IGNORED_FOLDERS
        self.assertEqual(found, TOP_FOLDERS)

    def test_each_top_level_folder_has_a_short_readme(self):
        for folder in TOP_FOLDERS:
            readme = ROOT / folder / "README.md"
            self.assertTrue(readme.exists(), f"{folder}/README.md is missing")
            self.assertLess(len(readme.read_text().splitlines()), 120, f"{folder}/README.md is too long")

    def test_files_stay_small(self):
        wrong = []
        for path in list(sources()) + sorted(ROOT.glob("*/**/CMakeLists.txt")) + [ROOT / "CMakeLists.txt"]:
            if "build" in path.relative_to(ROOT).parts:
                continue
            cap = LINE_CAP.get(path.name) or LINE_CAP.get(path.suffix)
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > cap:
                wrong.append(f"{path.relative_to(ROOT)}: {lines} lines, cap {cap}")
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
