#!/usr/bin/env python3
"""Every header of ours compiles alone, with the flags of its target. Usage: check_headers.py SOURCE_DIR BUILD_DIR"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

root, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
commands = json.loads((build / "compile_commands.json").read_text())


def flags_for(header):
    """Flags of a source that lies in the same folder, or in the nearest one above or below."""
    folder = header.parent.as_posix() + "/"

    def closeness(command):
        return len(os.path.commonpath([folder, command["file"]]))

    words = shlex.split(max(commands, key=closeness)["command"])
    start = next(i for i, word in enumerate(words) if re.search(r"(g\+\+|c\+\+|clang\+\+)$", word))
    kept, skip = [words[start]], False
    for word in words[start + 1:]:
        if skip or word in ("-o", "-c", "-include"):
            skip = word in ("-o", "-include") and not skip
            continue
        if not word.endswith(".cpp") and "pch" not in word and word != "-Winvalid-pch":
            kept.append(word)
    return kept


def check(header):
    with tempfile.NamedTemporaryFile("w", suffix=".cpp", dir=build) as unit:
        unit.write(f'#include "{header.relative_to(root).as_posix()}"\n#include "{header.relative_to(root).as_posix()}"\n')
        unit.flush()
        result = subprocess.run(flags_for(header) + ["-fsyntax-only", unit.name], capture_output=True, text=True, cwd=build)
    return None if result.returncode == 0 else f"{header.relative_to(root)} does not compile alone:\n{result.stderr[:1500]}"


compiled = {pathlib.Path(command["file"]).relative_to(root).parts[0] for command in commands if root in pathlib.Path(command["file"]).parents}
folders = ("app", "ui", "core", "render", "plugins")
for folder in folders:
    if folder not in compiled:
        print(f"SKIPPED: {folder}, which this build leaves out.")
headers = [path for folder in folders if folder in compiled for path in sorted((root / folder).rglob("*.h"))]
if len(headers) < 20:
    sys.exit(f"only {len(headers)} headers were found under {root}: the check is looking in the wrong place")
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    failures = [text for text in pool.map(check, headers) if text]
print("\n".join(failures) or f"{len(headers)} headers compile alone.")
sys.exit(1 if failures else 0)
