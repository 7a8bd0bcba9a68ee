#!/usr/bin/env python3
"""Accuracy of Larmor's classical methods beside BART's, against fully sampled scans, as a table.

    accuracy.py --cli build/dev/bin/larmor-cli [--json FILE] [--markdown FILE] [--data ../shared/data/kspace] [--scans mprage,gre]
                [--accelerations 2,3,4,6,8] [--acs 24] [--patterns equispaced,random]

Every R-th line and 24 in the middle, or as many lines drawn at random (denser in the middle). Both programs get the same samples and the
same coil maps (BART's ecalib -m1 of these samples); the reference is the fully sampled scan combined with these maps, so that no program is
measured against its own combination. The number of a cell is the best over the weights: each method and its counterpart try the same ones.
NRMSE is || |x| - |reference| || / || reference ||; SSIM has windows of 7 x 7 and the maximum of the reference as its range.
Exits with 1 where an NRMSE is more than 1 % worse than BART's.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
from scipy.ndimage import uniform_filter

from bench import nrmse, read_cfl, read_gre, write_cfl

WEIGHTS = (.0002, .0005, .001, .002, .004, .007, .012, .02, .035)
TIKHONOV = (0, .0003, .001, .003, .01, .03, .1)
KERNEL = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
# Name, method, settings, weights and the parameter they are of, BART's pics with {} for the weight.
METHODS = (
    ("zero-filled", "zero-filled", "", (None,), None, None),
    ("CG-SENSE", "cg-sense", "iterations=30 tolerance=0", TIKHONOV, "lambda", "-l2 -i30 -r {}"),
    ("L1-wavelet", "l1-wavelet", "iterations=60", WEIGHTS, "lambda", "-l1 -i60 -r {}"),
    ("total variation", "tv", "iterations=100", WEIGHTS, "lambda", "-i100 -R T:3:0:{}"),
    ("GRAPPA", "grappa", "combination=mvue", KERNEL, "lambda", None),
    ("SPIRiT", "spirit", "combination=mvue", KERNEL, "calibration_lambda", None),
)
ALLOWED = 1.01


def mprage(folder):
    import scipy.io
    return scipy.io.loadmat(folder / "loraks_MPRAGE_multi_channel.mat")["kData"].transpose(2, 0, 1)


SCANS = {"mprage": ("MPRAGE, 4 coils, 256 x 256", mprage), "gre": ("GRE, 16 coils, 96 x 96", read_gre)}


def lines(pattern, phase, acceleration, acs):
    mask = numpy.zeros(phase, bool)
    mask[phase // 2 - acs // 2:phase // 2 + acs // 2] = True
    if pattern == "equispaced":
        mask[::acceleration] = True
        return mask
    outer = numpy.flatnonzero(~mask)
    density = (1 - numpy.abs(outer - phase // 2) / (phase / 2 + 1)) ** 2
    count = round(len(outer) / acceleration)
    mask[numpy.random.default_rng(1).choice(outer, count, replace=False, p=density / density.sum())] = True
    return mask


def ssim(reference, image):
    a, b = numpy.abs(reference).astype(float), numpy.abs(image).astype(float)
    top, n = a.max(), 49
    mean_a, mean_b = uniform_filter(a, 7), uniform_filter(b, 7)
    scale = n / (n - 1)
    var_a, var_b = scale * (uniform_filter(a * a, 7) - mean_a ** 2), scale * (uniform_filter(b * b, 7) - mean_b ** 2)
    cov = scale * (uniform_filter(a * b, 7) - mean_a * mean_b)
    c1, c2 = (.01 * top) ** 2, (.03 * top) ** 2
    index = (2 * mean_a * mean_b + c1) * (2 * cov + c2) / ((mean_a ** 2 + mean_b ** 2 + c1) * (var_a + var_b + c2))
    return float(index[3:-3, 3:-3].mean())


def call(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr[-800:]}")


class Problem:
    """One scan with one mask, in files of the current folder."""

    def __init__(self, cli, full, mask):
        self.cli = cli
        kspace = (full * mask).astype(numpy.complex64)
        numpy.save("k.npy", kspace)
        write_cfl("k", kspace.transpose(1, 2, 0)[:, :, None, :])
        call(["bart", "ecalib", "-m1", "k", "maps"])
        images = numpy.fft.fftshift(numpy.fft.ifft2(numpy.fft.ifftshift(full, axes=(1, 2)), norm="ortho"), axes=(1, 2))
        self.reference = (images * read_cfl("maps").transpose(2, 0, 1).conj()).sum(0)

    def ours(self, method, settings):
        words = [word for setting in settings.split() for word in ("--set", setting)]
        call([self.cli, "recon", "k.npy", "--dims", "coil,readout,phase", "--maps", "maps.cfl", "--method", method, *words, "-o", "x.cfl"])
        return self.score()

    def theirs(self, options):
        call(["bart", "pics", "-S", *options.split(), "k", "maps", "x"])
        return self.score()

    def score(self):
        image = read_cfl("x")
        return {"nrmse": nrmse(self.reference, image), "ssim": ssim(self.reference, image)}


def best(weights, score):
    scored = [(score(weight), weight) for weight in weights]
    found, weight = min(scored, key=lambda pair: pair[0]["nrmse"])
    return {**found, "weight": weight}


def cell(problem, entry):
    name, method, settings, weights, parameter, bart = entry
    row = {"method": name, "larmor": best(weights, lambda w: problem.ours(method, settings + (f" {parameter}={w}" if parameter else "")))}
    if bart:
        row["bart"] = best(weights, lambda w: problem.theirs(bart.format(w)))
        row["ratio"] = row["larmor"]["nrmse"] / row["bart"]["nrmse"]
    return row


def numbers(found):
    if not found:
        return "| | | "
    weight = "" if found["weight"] is None else f"{found['weight']:g}"
    return f"| {found['nrmse']:.4f} | {found['ssim']:.4f} | {weight} "


def markdown(tables):
    text = []
    for table in tables:
        text += [f"{table['scan']}, {table['pattern']} lines, {table['acs']} in the middle", "",
                 "| R (in all) | method | NRMSE | SSIM | λ | BART: NRMSE | SSIM | λ | ratio |", "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
        for row in table["rows"]:
            ratio = "" if "ratio" not in row else f"**{row['ratio']:.3f}**" if row["ratio"] > ALLOWED else f"{row['ratio']:.3f}"
            text.append(f"| {row['acceleration']} ({row['total']:.2f}) | {row['method']} {numbers(row['larmor'])}{numbers(row.get('bart'))}| {ratio} |")
        text.append("")
    return "\n".join(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True, type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "../shared/data/kspace")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--scans", default="mprage,gre")
    parser.add_argument("--accelerations", default="2,3,4,6,8")
    parser.add_argument("--patterns", default="equispaced")
    parser.add_argument("--methods", default=",".join(entry[1] for entry in METHODS))
    parser.add_argument("--acs", type=int, default=24)
    options = parser.parse_args()
    if not options.data.exists():
        sys.exit(f"There are no fully sampled scans at {options.data}; name their folder with --data.")
    cli, data = options.cli.resolve(), options.data.resolve()
    outputs = {kind: path.resolve() for kind, path in (("json", options.json), ("markdown", options.markdown)) if path}
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for scan in options.scans.split(","):
            full = SCANS[scan][1](data)
            for pattern in options.patterns.split(","):
                rows = []
                for acceleration in map(int, options.accelerations.split(",")):
                    mask = lines(pattern, full.shape[2], acceleration, options.acs)
                    problem = Problem(cli, full, mask)
                    for entry in METHODS:
                        if entry[1] not in options.methods.split(","):
                            continue
                        rows.append({"acceleration": acceleration, "total": mask.size / mask.sum(), **cell(problem, entry)})
                        print(scan, pattern, acceleration, json.dumps(rows[-1]), file=sys.stderr)
                tables.append({"scan": SCANS[scan][0], "pattern": pattern, "acs": options.acs, "rows": rows})
    os.chdir("/")
    text = markdown(tables)
    print(text)
    if "json" in outputs:
        outputs["json"].write_text(json.dumps(tables, indent=1) + "\n")
    if "markdown" in outputs:
        outputs["markdown"].write_text(text)
    worse = [(table["scan"], row) for table in tables for row in table["rows"] if row.get("ratio", 0) > ALLOWED]
    for scan, row in worse:
        print(f"{scan}: {row['method']} at R {row['acceleration']} is {100 * (row['ratio'] - 1):.1f} % worse than BART.", file=sys.stderr)
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
