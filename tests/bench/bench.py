#!/usr/bin/env python3
"""Time and memory of Larmor against BART, on the same input, each as a whole command.

    bench.py --cli build/dev/bin/larmor-cli [--json] [--threads 2] [--repeats 3] [--coils 16] [--readout 640] [--phase 368] [--data FOLDER]
             [--no-samplers] [--steering build/dev/bin/bench_steering] [--window build/dev/bin/bench_window]

Three inputs: one that is simulated here with NumPy (an ellipse phantom, smooth coils, complex noise; 16 coils at 640 x 368 unless said
otherwise), and two measured scans of --data where they are there: the 8-coil brain of sigpy's tutorial with the samples that were acquired,
and the 16-coil GRE of Chiew's SENSE tutorial. Both programs read and write files and start from nothing, so Larmor's times hold the loading
of LibTorch. Memory is the peak resident set of the command. What is above the start is the same less time and peak on next to nothing: what the work
itself takes. The ratios are Larmor / BART: below 1, Larmor needs less.

Where a diffusion prior is found, its samplers follow, on 8 coils at 230 x 180: seconds of a slice, steps a second, the network's own time
as the floor, and the share of a step that is not the network. With --steering, the program of tests/bench/steering.cpp: what previews
at every step cost of a steered run, by the wall clock and in processor time; how long a stop takes within a step; when the first image is there.
With --window, the program of tests/bench/window.cpp under Xvfb: start, opening, a mask edit, frames while window and level are dragged.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy


def phantom(readout, phase, coils, seed=1):
    rng = numpy.random.default_rng(seed)
    y, x = numpy.meshgrid(numpy.linspace(-1, 1, readout), numpy.linspace(-1, 1, phase), indexing="ij")
    image = numpy.zeros((readout, phase))
    for cy, cx, ry, rx, value in ((0, 0, .85, .7, 1), (0, 0, .8, .64, -.4), (.3, .2, .2, .15, .5), (-.3, -.2, .25, .1, -.3), (-.5, .1, .1, .1, .6)):
        image[((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 < 1] += value
    angles = 2 * numpy.pi * numpy.arange(coils) / coils
    maps = numpy.stack([numpy.exp(-((y - numpy.sin(a)) ** 2 + (x - numpy.cos(a)) ** 2) / 1.5 + 1j * (x * numpy.cos(a) + y * numpy.sin(a)))
                        for a in angles])
    kspace = numpy.fft.fftshift(numpy.fft.fft2(numpy.fft.ifftshift(maps * image, axes=(1, 2)), norm="ortho"), axes=(1, 2))
    kspace += .02 * (rng.standard_normal(kspace.shape) + 1j * rng.standard_normal(kspace.shape))
    return kspace.astype(numpy.complex64)


def write_cfl(stem, array):
    """array in BART's order, first index fastest."""
    pathlib.Path(f"{stem}.hdr").write_text("# Dimensions\n" + " ".join(str(n) for n in array.shape) + "\n")
    array.astype(numpy.complex64).ravel(order="F").tofile(f"{stem}.cfl")


def read_cfl(stem):
    shape = [int(n) for n in pathlib.Path(f"{stem}.hdr").read_text().splitlines()[1].split()]
    return numpy.fromfile(f"{stem}.cfl", numpy.complex64).reshape(shape, order="F").squeeze()


# The peak of a process counts what its parent held when it was made: a small one in between keeps NumPy's memory out of it.
LAUNCHER = """
import json, os, sys, time
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
print(json.dumps([status, time.perf_counter() - started, usage.ru_maxrss / 1024]))
"""


def measure(command, repeats, environment):
    """Best wall time of `repeats` runs in seconds, and the peak resident set in MiB."""
    best, peak = float("inf"), 0
    words = [sys.executable, "-S", "-E", "-c", LAUNCHER, *map(str, command)]
    for _ in range(repeats):
        run = subprocess.run(words, check=True, env=environment, capture_output=True, text=True)
        status, elapsed, held = json.loads(run.stdout)
        if status != 0:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{run.stderr[-800:]}")
        best, peak = min(best, elapsed), max(peak, held)
    return best, peak


def nrmse(reference, image):
    a, b = numpy.abs(reference), numpy.abs(image)
    return float(numpy.linalg.norm(a - b) / numpy.linalg.norm(a))


def keep_every_fourth(kspace):
    mask = numpy.zeros(kspace.shape[-1], bool)
    mask[::4] = True
    mask[kspace.shape[-1] // 2 - 12:kspace.shape[-1] // 2 + 12] = True
    return kspace * mask


SAMPLERS = (("pnp", 15), ("dds", 15), ("dps", 10), ("dps", 10, "jacobian_free=true"), ("diffpir", 15), ("daps", 5))


def measure_samplers(cli, options, environment):
    """One run each: the network takes nearly all of the time, and the same in every step."""
    found = json.loads(subprocess.run([cli, "priors", "--json"], check=True, env=environment, capture_output=True).stdout)["priors"]
    if not found:
        return []
    numpy.save("s.npy", keep_every_fourth(phantom(230, 180, 8)))
    rows = []
    for method, steps, *settings in SAMPLERS:
        command = [cli, "recon", "s.npy", "--dims", "coil,readout,phase", "--threads", options.threads, "--method", method, "--prior",
                   found[0]["card"]["name"], "--contrast", "none", "--set", f"steps={steps}", "--json", "-o", "s.cfl"]
        for setting in settings:
            command += ["--set", setting]
        result = json.loads(subprocess.run(list(map(str, command)), check=True, env=environment, capture_output=True).stdout)
        total, network = result["sampler_seconds"], result["network_seconds"]
        rows.append({"method": " ".join([method, *settings]), "steps": steps, "slice_s": result["seconds"], "steps_per_s": steps / total,
                     "network_steps_per_s": steps / network, "outside_network": 1 - network / total})
    return rows


def measure_steering(program, options, environment):
    # Previews cost less than runs scatter: only the best of many pairs of runs tells.
    words = [program, "pnp", 20, options.threads, 6 * options.repeats]
    return json.loads(subprocess.run(list(map(str, words)), check=True, env=environment, capture_output=True).stdout)


def print_steering(steering):
    previews, stop = steering["previews"], steering["stop"]
    print(f"\nSteering, 8 coils, 230 x 180, {previews['method']} with {previews['steps']} steps, {previews['previews']} previews:")
    print(f"previews {previews['percent']:>+17.1f} % of the run ({previews['seconds']:.2f} s against {previews['seconds_without']:.2f} s),"
          f"{previews['cpu_percent']:>+6.1f} % of its processor time")
    print(f"first preview {previews['first_preview_s']:>12.2f} s after the start; a step takes {previews['step_s']:.2f} s")
    print(f"stop within a step {1000 * stop['median_s']:>7.0f} ms, median of {stop['requests']}; at worst {1000 * stop['worst_s']:.0f} ms; "
          f"a step of {stop['method']} takes {1000 * stop['step_s']:.0f} ms")


def simulated(options):
    return phantom(options.readout, options.phase, options.coils)


def brain(options):
    """Undersampled when it was acquired."""
    return numpy.load(options.data / "kspace/sigpy_cartesian_ksp.npy").astype(numpy.complex64)


def read_gre(folder):
    """[coil, readout, phase] of the fully sampled scan."""
    import h5py
    with h5py.File(folder / "mchiew_sense_tutorial_raw.mat") as file:
        raw = numpy.squeeze(file["raw"][()])
    return raw["real"] + 1j * raw["imag"]


def gre(options):
    return read_gre(options.data / "kspace").astype(numpy.complex64)


# Name, k-space [coil, readout, phase], whether every fourth line is kept.
INPUTS = (
    ("simulated", simulated, True),
    ("8-coil brain, as acquired", brain, False),
    ("16-coil GRE", gre, True),
)


def commands(cli, threads):
    given = ["k.npy", "--dims", "coil,readout,phase", "--threads", threads]
    ours = [cli, "recon", *given, "--maps", "maps.cfl", "-o", "ours.cfl", "--method"]
    theirs = ["bart", "pics", "-S"]
    return (
        ("ESPIRiT", [cli, "maps", *given, "-o", "ours.cfl"], ["bart", "ecalib", "-m1", "k", "theirs"]),
        ("CG-SENSE, 30 iterations", [*ours, "cg-sense", "--set", "iterations=30", "--set", "tolerance=0", "--set", "lambda=0"],
         [*theirs, "-i30", "k", "maps", "theirs"]),
        ("L1-wavelet, 60 iterations", [*ours, "l1-wavelet", "--set", "iterations=60", "--set", "lambda=0.005"],
         [*theirs, "-i60", "-R", "W:3:0:0.005", "k", "maps", "theirs"]),
        ("Total variation, 100 iterations", [*ours, "tv", "--set", "iterations=100", "--set", "lambda=0.005"],
         [*theirs, "-i100", "-R", "T:3:0:0.005", "k", "maps", "theirs"]),
    )


def prepare(kspace):
    numpy.save("k.npy", kspace)
    write_cfl("k", kspace.transpose(1, 2, 0)[:, :, None, :])


def measure_start(cli, options, environment):
    """Both programs on next to nothing: what they are before the work begins."""
    prepare(phantom(16, 16, 2))
    ours = [cli, "recon", "k.npy", "--dims", "coil,readout,phase", "--threads", options.threads, "--method", "zero-filled", "--set", "combination=rss",
            "-o", "ours.cfl"]
    our_time, our_memory = measure(ours, options.repeats, environment)
    their_time, their_memory = measure(["bart", "rss", "8", "k", "theirs"], options.repeats, environment)
    return {"larmor_s": our_time, "bart_s": their_time, "larmor_MiB": our_memory, "bart_MiB": their_memory}


def over(ours, theirs):
    """What is above the start may be nothing on small inputs."""
    return ours / theirs if theirs > 0 else float("nan")


def measure_pairs(name, kspace, start, options, environment):
    prepare(kspace)
    subprocess.run(["bart", "ecalib", "-m1", "k", "maps"], check=True, env=environment, stdout=subprocess.DEVNULL)
    rows = []
    for case, ours, theirs in commands(options.cli, options.threads):
        print(f"{name}: {case} ...", file=sys.stderr)
        our_time, our_memory = measure(ours, options.repeats, environment)
        their_time, their_memory = measure(theirs, options.repeats, environment)
        our_work, their_work = our_memory - start["larmor_MiB"], their_memory - start["bart_MiB"]
        our_seconds, their_seconds = our_time - start["larmor_s"], their_time - start["bart_s"]
        rows.append({"input": name, "size": list(kspace.shape), "case": case, "larmor_s": our_time, "bart_s": their_time, "ratio": our_time / their_time,
                     "larmor_work_s": our_seconds, "bart_work_s": their_seconds, "work_ratio": over(our_seconds, their_seconds),
                     "larmor_MiB": our_memory, "bart_MiB": their_memory, "larmor_work_MiB": our_work, "bart_work_MiB": their_work,
                     "memory_ratio": over(our_work, their_work), "nrmse_between": nrmse(read_cfl("theirs"), read_cfl("ours"))})
    return rows


def measure_window(options, environment):
    """On a display of its own, large enough for a pane of 2160 x 2160."""
    words = ["xvfb-run", "-a", "-s", "-screen 0 3200x2700x24", options.window]
    return json.loads(subprocess.run(list(map(str, words)), check=True, env=environment, capture_output=True).stdout)


def print_pairs(rows, start, repeats):
    print(f"Whole commands, best of {repeats}, and in brackets what is above the start: on next to nothing Larmor takes {start['larmor_s']:.2f} s and {start['larmor_MiB']:.0f} MiB,")
    print(f"BART {start['bart_s']:.2f} s and {start['bart_MiB']:.0f} MiB. Memory is the peak.")
    name = None
    for row in rows:
        if row["input"] != name:
            name = row["input"]
            coils, readout, phase = row["size"]
            print(f"\n{name + f', {coils} coils, {readout} x {phase}':<46}{'Larmor':>16}{'BART':>16}{'ratio':>14}{'memory, MiB':>26}{'ratio':>14}{'NRMSE between':>15}")
        ours, theirs = (f"{row[who + '_s']:.2f} ({row[who + '_work_s']:.2f}) s" for who in ("larmor", "bart"))
        memory = f"{row['larmor_MiB']:.0f} ({row['larmor_work_MiB']:.0f}) / {row['bart_MiB']:.0f} ({row['bart_work_MiB']:.0f})"
        ratio, held = f"{row['ratio']:.2f} ({row['work_ratio']:.2f})", f"{row['larmor_MiB'] / row['bart_MiB']:.2f} ({row['memory_ratio']:.2f})"
        print(f"{row['case']:<46}{ours:>16}{theirs:>16}{ratio:>14}{memory:>26}{held:>14}{row['nrmse_between']:>15.4f}")


def print_window(window):
    print(f"\nWindow: start to the first image {window['start_s']:.2f} s (goal 1 s), another file to its first image {window['open_s']:.2f} s,")
    edit = window["mask_edit"]
    print(f"mask edit to the zero-filled image {edit['median_ms']:.0f} ms (median of {edit['count']}, worst {edit['worst_ms']:.0f} ms)")
    for frame in window["frames"]:
        print(f"a frame while window and level are dragged, {frame['panes']} pane{'s' if frame['panes'] > 1 else ''} of {frame['pane'][0]} x {frame['pane'][1]}: "
              f"{frame['mean_ms']:.1f} ms (95 % below {frame['p95_ms']:.1f} ms; goal 16 ms)")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-samplers", action="store_true", help="leave out what needs a diffusion prior")
    parser.add_argument("--steering", help="the program bench_steering; left out where it is not given")
    parser.add_argument("--window", help="the program bench_window; left out where it is not given")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[3] / "shared/data",
                        help="folder of the measured scans; those that are not there are left out")
    for name, value in (("threads", 2), ("repeats", 3), ("coils", 16), ("readout", 640), ("phase", 368)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    for program in ("cli", "steering", "window"):  # the work goes on in another folder
        if getattr(options, program):
            setattr(options, program, str(pathlib.Path(getattr(options, program)).resolve()))
    return options


def main():
    options = parse()
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads)}
    window = measure_window(options, environment) if options.window else None
    rows, left_out = [], []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        start = measure_start(options.cli, options, environment)
        for name, read, thins in INPUTS:
            try:
                kspace = read(options)
            except FileNotFoundError:
                left_out.append(name)
                continue
            rows += measure_pairs(name, keep_every_fourth(kspace) if thins else kspace, start, options, environment)
        samplers = [] if options.no_samplers else measure_samplers(options.cli, options, environment)
        steering = measure_steering(options.steering, options, environment) if options.steering and samplers else None
    document = {"threads": options.threads, "start": start, "rows": rows, "left_out": left_out, "samplers": samplers, "steering": steering, "window": window}
    if options.json:
        print(json.dumps(document, indent=1))
        return
    print(f"{options.threads} threads; R 4 with 24 ACS lines where lines are left out here.")
    print_pairs(rows, start, options.repeats)
    for name in left_out:
        print(f"\n{name}: left out, its file is not in {options.data}")
    print("\nSamplers, 8 coils, 230 x 180:" if samplers else "\nSamplers were left out: there is no diffusion prior.")
    for row in samplers:
        print(f"{row['method']:<30}{row['steps']:>4} steps{row['slice_s']:>8.2f} s a slice{row['steps_per_s']:>8.2f} steps/s"
              f"{row['network_steps_per_s']:>8.2f} steps/s of the network{100 * row['outside_network']:>6.1f} % outside of it")
    if steering:
        print_steering(steering)
    if window:
        print_window(window)


if __name__ == "__main__":
    main()
