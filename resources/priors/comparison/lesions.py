#!/usr/bin/env python3
"""How much of the contrast of bright FLAIR lesions do reconstructions of undersampled scans recover?

Lesions are found on the fully sampled reference alone; no reconstruction plays a part in it. The rule, lengths in millimetres:
  head     pixels above 12 % of the 99th percentile, closed, holes filled, the largest piece
  brain    pixels of the head above 25 % of the 99th percentile and 8 mm or more inside its edge, opened by a disc of 4 mm (which
           parts the brain from scalp and skull), the largest piece, holes filled, 5 mm taken off its edge
  lesion   a piece of the brain above median + 3 robust standard deviations (1.4826 x median absolute deviation of the brain), of
           15 to 4000 mm^2, whose mean is 20 % or more above that of its ring
  ring     1.5 to 5 mm around it, in the brain before its edge was taken off, without pixels above the threshold; 25 or more pixels
Contrast is (mean in the lesion - mean in the ring) / mean in the ring; recovered is its ratio, reconstruction / reference. The rule
knows no anatomy: choroid plexus or the fat of an orbit can pass; look at the references, and leave such an image out by --without.

From each subject of the split come the slices with the largest area of lesions, neighbours left out. They become simulated multi-coil scans
(larmor-cli simulate), are undersampled and reconstructed by larmor-cli recon: CG-SENSE at its default, L1-wavelet with the
lambda of the list that has the lowest NRMSE against the reference in that image, pnp with the prior and no other setting.

Needs NumPy, SciPy, h5py and larmor-cli.

  lesions.py --pack brain.pack.h5 --prior brain -o lesions.json
  lesions.py --pack brain.pack.h5 --find              which images have which lesions, nothing is reconstructed
  lesions.py --table lesions.json                     the table again
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from scipy import ndimage

HEAD, BRAIN, INSIDE_MM, OPEN_MM, EDGE_MM = 0.12, 0.25, 8, 4, 5
ABOVE, SMALLEST_MM2, LARGEST_MM2, LEAST_CONTRAST = 3, 15, 4000, 0.2
RING_MM, RING_PIXELS = (1.5, 5), 25
APART = 3  # slices of a subject that are taken, in its list
MASKS = [f"{kind}:R={R},acs={acs},seed=1" for R, acs in ((4, 24), (6, 16), (8, 12)) for kind in ("equispaced", "random")]
Image = collections.namedtuple("Image", "name subject pixels spacing")
Lesion = collections.namedtuple("Lesion", "inside ring area")


def images_of(pack, split, contrast):
    """The images of a split, grouped by subject."""
    with h5py.File(pack) as file:
        index = file["index"][()]
        found = collections.defaultdict(list)
        for entry in json.loads(index)["images"]:
            if (entry["split"], entry["contrast"]) != (split, contrast) or entry["complex"]:
                continue
            shape = entry["shape"]
            flat = file["pixels"][entry["begin"]:entry["begin"] + shape[0] * shape[1]]
            image = Image(entry["source"], entry["subject"], flat.reshape(shape) * np.float32(entry["step"]), entry["pixel_mm"])
            found[image.subject].append(image)
    return found


def from_edge(mask, spacing):
    """Distance of each pixel of the mask to its outside; what lies beyond the image is outside."""
    return ndimage.distance_transform_edt(np.pad(mask, 1), spacing)[1:-1, 1:-1]


def largest_piece(mask):
    pieces, count = ndimage.label(mask)
    return pieces == 1 + np.argmax(np.bincount(pieces.ravel())[1:]) if count else mask


def opened(mask, radius, spacing):
    core = from_edge(mask, spacing) > radius
    return mask & (ndimage.distance_transform_edt(~core, spacing) <= radius) if core.any() else core


def brain_of(image):
    top = np.percentile(image.pixels, 99)
    head = ndimage.binary_closing(np.pad(image.pixels > HEAD * top, 8), iterations=5)[8:-8, 8:-8]
    head = largest_piece(ndimage.binary_fill_holes(head))
    brain = head & (image.pixels > BRAIN * top) & (from_edge(head, image.spacing) >= INSIDE_MM)
    return ndimage.binary_fill_holes(largest_piece(opened(brain, OPEN_MM, image.spacing)))


def lesions_of(image):
    brain = brain_of(image)
    if not brain.any():
        return []
    middle = np.median(image.pixels[brain])
    spread = 1.4826 * np.median(np.abs(image.pixels[brain] - middle))
    bright = brain & (image.pixels > middle + ABOVE * spread)
    pieces, count = ndimage.label(bright & (from_edge(brain, image.spacing) > EDGE_MM))
    lesions = []
    for number in range(1, count + 1):
        inside = pieces == number
        area = float(inside.sum() * np.prod(image.spacing))
        if not SMALLEST_MM2 <= area <= LARGEST_MM2:
            continue
        away = ndimage.distance_transform_edt(~inside, image.spacing)
        ring = (away >= RING_MM[0]) & (away <= RING_MM[1]) & brain & ~bright
        lesion = Lesion(inside, ring, area)
        if ring.sum() >= RING_PIXELS and contrast_of(image.pixels, lesion) >= LEAST_CONTRAST:
            lesions.append(lesion)
    return lesions


def contrast_of(pixels, lesion):
    around = pixels[lesion.ring].mean()
    return float(pixels[lesion.inside].mean() / around - 1)


def chosen(images, count):
    """The slices with the largest area of lesions; with the lesions."""
    found = [(place, image, lesions_of(image)) for place, image in enumerate(images)]
    taken = []
    for place, image, lesions in sorted(found, key=lambda entry: -sum(lesion.area for lesion in entry[2])):
        if lesions and len(taken) < count and all(abs(place - other) >= APART for other, _, _ in taken):
            taken.append((place, image, lesions))
    return [entry[1:] for entry in taken]


class Program:
    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder

    def run(self, *words):
        command = [self.arguments.program, *map(str, words), "--threads", str(self.arguments.threads), "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\n{done.stderr}")

    def scan(self, image):
        np.save(self.folder / "image.npy", image.pixels.astype(np.float32))
        self.run("simulate", self.folder / "image.npy", "--coils", self.arguments.coils, "--snr", self.arguments.snr,
                 "--oversampling", 1, "-o", self.folder / "scan.h5")

    def image(self, mask, method, *words):
        self.run("recon", self.folder / "scan.h5", "--method", method, "--mask", mask, *words, "-o", self.folder / "result.npy")
        return np.abs(np.load(self.folder / "result.npy")).squeeze()


def nrmse(pixels, reference):
    return float(np.linalg.norm(pixels - reference) / np.linalg.norm(reference))


def rows_of(program, image, lesions, mask):
    arguments = program.arguments
    made = {"cg-sense": program.image(mask, "cg-sense"),
            "pnp": program.image(mask, "pnp", "--prior", arguments.prior, "--contrast", arguments.contrast)}
    tried = {value: program.image(mask, "l1-wavelet", "--set", f"lambda={value}") for value in arguments.values}
    best = min(tried, key=lambda value: nrmse(tried[value], image.pixels))
    made["l1-wavelet"] = tried[best]
    for method, pixels in made.items():
        for number, lesion in enumerate(lesions):
            reference = contrast_of(image.pixels, lesion)
            yield {"image": image.name, "subject": image.subject, "mask": mask, "method": method, "lesion": number,
                   "area_mm2": round(lesion.area, 1), "reference": reference,
                   "recovered": contrast_of(pixels, lesion) / reference, "nrmse": nrmse(pixels, image.pixels),
                   "lambda": best if method == "l1-wavelet" else None}


def table_of(rows):
    methods = ["pnp", "l1-wavelet", "cg-sense"]
    print("| mask | " + " | ".join(methods) + " | pnp at least as near to 1 as l1-wavelet |")
    print("| --- " * (len(methods) + 2) + "|")
    for mask in dict.fromkeys(row["mask"] for row in rows):
        by = {method: np.array([row["recovered"] for row in rows if (row["mask"], row["method"]) == (mask, method)]) for method in methods}
        nearer = np.abs(by["pnp"] - 1) <= np.abs(by["l1-wavelet"] - 1)
        spread = [f"{values.mean():.3f} ± {values.std(ddof=1):.3f}" for values in by.values()]
        print(f"| {mask} | {' | '.join(spread)} | {nearer.sum()} of {nearer.size} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", help="training pack of larmor-cli prior pack")
    parser.add_argument("--split", default="test")
    parser.add_argument("--contrast", default="FLAIR")
    parser.add_argument("--subject", action="append", help="part of subjects' names; repeatable, they come in this order; all where it is not given")
    parser.add_argument("--per-subject", type=int, default=1, help="slices of each subject")
    parser.add_argument("--more", action="append", default=[], metavar="NAME=COUNT", help="another number of slices for one subject")
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="images with this in their name are not taken; repeatable")
    parser.add_argument("--mask", action="append", help="as in larmor-cli recon; repeatable")
    parser.add_argument("--lambda", dest="values", default="0.001/0.002/0.004/0.008/0.016", type=lambda text: text.split("/"), help="of l1-wavelet")
    parser.add_argument("--prior", default="brain")
    parser.add_argument("--coils", type=int, default=8)
    parser.add_argument("--snr", type=float, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--program", default="larmor-cli")
    parser.add_argument("--find", action="store_true", help="only say which lesions there are")
    parser.add_argument("--table", help="only print the table of an earlier output")
    parser.add_argument("-o", "--output", help="lesions.json, a row for each lesion, mask and method; written anew after every image")
    arguments = parser.parse_args()
    if arguments.table:
        return table_of(json.loads(pathlib.Path(arguments.table).read_text()))
    if not arguments.pack or not (arguments.find or arguments.output):
        parser.error("--pack and --output (or --find) are needed")
    more = dict(text.rsplit("=", 1) for text in arguments.more)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        program = Program(arguments, pathlib.Path(folder))
        subjects = images_of(arguments.pack, arguments.split, arguments.contrast)
        order = [name for part in arguments.subject or [""] for name in subjects if part in name]
        for subject, images in [(name, subjects[name]) for name in dict.fromkeys(order)]:
            count = next((int(number) for part, number in more.items() if part in subject), arguments.per_subject)
            for image, lesions in chosen([image for image in images if not any(part in image.name for part in arguments.without)], count):
                sizes = ", ".join(f"{lesion.area:.0f} mm2 {contrast_of(image.pixels, lesion):.2f}" for lesion in lesions)
                print(f"{subject} {image.name} {image.pixels.shape}: {sizes}", flush=True)
                if arguments.find:
                    continue
                program.scan(image)
                for mask in arguments.mask or MASKS:
                    rows.extend(rows_of(program, image, lesions, mask))
                pathlib.Path(arguments.output).write_text(json.dumps(rows, indent=1))
    if rows:
        table_of(rows)


if __name__ == "__main__":
    main()
