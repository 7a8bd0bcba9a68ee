#!/usr/bin/env python3
"""Unpacks the C++ half of PyTorch's wheels into a cache folder that all checkouts share.

    fetch_libtorch.py [--cuda]        prints the prefix on standard output; everything else goes to standard error

The prefix keeps the wheels' own layout (torch/lib beside nvidia/*/lib): the libraries' run paths are relative.
Wheels are pinned by hash in wheels-cpu.txt and wheels-cuda.txt beside this file.
"""
import argparse
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
TORCH = "2.11.0"
# What C++ needs; the Python half of the wheel stays packed.
CPU_LIBRARIES = ("libtorch_cpu.so", "libc10.so", "libgomp.so.1", "libtorch.so", "libtorch_global_deps.so")
PLATFORMS = [f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 25, 24, 17, 12, 5)] + ["manylinux2014_x86_64", "manylinux1_x86_64"]


def say(text):
    print(text, file=sys.stderr, flush=True)


def cache_folder():
    explicit = os.environ.get("LARMOR_CACHE")
    if explicit:
        return pathlib.Path(explicit)
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "larmor"


def download(requirements, wheels):
    """Fetches the wheels that are not there yet; pip checks every hash, those of files that are there too."""
    wheels.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:",
               "--disable-pip-version-check", "--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "none",
               "--dest", str(wheels), "--find-links", str(wheels)]
    for platform in PLATFORMS:
        command += ["--platform", platform]
    command += ["-r", str(requirements)]
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        sys.exit("larmor: the wheels of LibTorch could not be fetched. Check the network connection and pip's settings, or name a "
                 "LibTorch that is already there: LARMOR_TORCH=<prefix>.")


def wanted(name, cuda):
    if name.endswith("/"):
        return False
    if name.startswith("torch/include/") or ".dist-info/licenses/" in name or name.endswith(".dist-info/LICENSE"):
        return True
    if name.startswith("torch/lib/"):
        file = name.split("/")[-1]
        return file in CPU_LIBRARIES or (cuda and file.endswith(".so") and "python" not in file)
    if name.startswith("nvidia/"):
        return "/include/" in name or (".so" in name and (cuda or "libcudart" in name or "libcupti" in name))
    return False


def unpack(wheel, target, cuda):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if wanted(name, cuda):
                archive.extract(name, target)


def names_in(requirements):
    lines = [line.split("==")[0].strip() for line in requirements.read_text().splitlines() if "==" in line and line[0] != "#"]
    return [line.replace("-", "_") for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuda", action="store_true", help="also the CUDA half (about 2 GB)")
    cuda = parser.parse_args().cuda
    cache = cache_folder()
    prefix = cache / f"libtorch-{TORCH}-{'cuda' if cuda else 'cpu'}"
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two checkouts may ask at once
        if not (prefix / "complete").exists():
            lists = [HERE / "wheels-cpu.txt"] + ([HERE / "wheels-cuda.txt"] if cuda else [])
            say(f"Fetching LibTorch {TORCH} ({'2.5 GB with CUDA' if cuda else '530 MB'}) into {cache} ...")
            for requirements in lists:
                download(requirements, cache / "wheels")
            say("Unpacking LibTorch ...")
            part = pathlib.Path(tempfile.mkdtemp(prefix="unpack-", dir=cache))
            part.chmod(0o755)
            for requirements in lists:
                for name in names_in(requirements):
                    unpack(next((cache / "wheels").glob(f"{name}-*.whl")), part, cuda)
            (part / "complete").touch()
            shutil.rmtree(prefix, ignore_errors=True)
            part.rename(prefix)
    print(prefix)


if __name__ == "__main__":
    main()
