"""Total variation, GRAPPA, SPIRiT, homodyne and POCS written out with NumPy, loops and matrices: what the project's methods are held against.

Usage: classical_reference.py FOLDER METHOD [OPTION...]. Reads there y.npy [coil, readout, phase], mask.npy [readout, phase] and, where the
method uses maps, maps.npy; writes x.npy."""
import sys

import numpy as np

folder, method, *options = sys.argv[1:]
y = np.load(folder + "/y.npy").astype(np.complex128)
mask = np.load(folder + "/mask.npy") != 0
coils, readout, phase = y.shape
y = y * mask


def ft(x):
    return np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(x, axes=(-2, -1)), norm="ortho"), axes=(-2, -1))


def ift(k):
    return np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(k, axes=(-2, -1)), norm="ortho"), axes=(-2, -1))


def rss(images):
    return np.sqrt((np.abs(images) ** 2).sum(0))


def grappa(taps, lines, weight):
    """Each missing line for itself: sources are collected sample by sample."""
    kept = mask[0]
    low = high = phase // 2
    while low > 0 and kept[low - 1]:
        low -= 1
    while high + 1 < phase and kept[high + 1]:
        high += 1
    acs = high - low + 1
    full = y.copy()
    padded = np.pad(y, ((0, 0), (taps // 2, taps // 2), (0, 0)))
    for line in np.flatnonzero(~kept):
        below = [d for d in range(-1, -phase, -1) if 0 <= line + d and kept[line + d]][:lines // 2]
        above = [d for d in range(1, phase) if line + d < phase and kept[line + d]][:lines // 2]
        chosen = []
        for d in sorted(below + above, key=lambda d: (abs(d), d)):
            trial = chosen + [d]
            if max(trial + [0]) - min(trial + [0]) + 1 <= acs - 4:
                chosen = trial
        if not chosen:
            continue
        chosen.sort()
        span = range(-min(chosen + [0]), acs - max(chosen + [0]))
        rows, targets = [], []
        for place in span:
            for r in range(taps // 2, readout - taps // 2):
                rows.append(np.concatenate([y[c, r - taps // 2:r + taps // 2 + 1, low + place + d] for c in range(coils) for d in chosen]))
                targets.append(y[:, r, low + place])
        S, t = np.array(rows), np.array(targets)
        gram = S.conj().T @ S
        mean = np.trace(gram).real / gram.shape[0]
        w = np.linalg.solve(gram + (weight + 1e-6) * mean * np.eye(gram.shape[0]), S.conj().T @ t)
        for r in range(readout):
            source = np.concatenate([padded[c, r:r + taps, line + d] for c in range(coils) for d in chosen])
            full[:, r, line] = source @ w
    return rss(ift(full))


def spirit(k, weight, first_row, rows, first_column, columns):
    """The operator over neighbours as a dense matrix on all of k-space; the missing samples by least squares."""
    area = y[:, first_row:first_row + rows, first_column:first_column + columns]
    windows = np.array([area[:, r:r + k, p:p + k].reshape(-1) for r in range(rows - k + 1) for p in range(columns - k + 1)])
    gram = windows.conj().T @ windows
    n = coils * k * k
    lam = weight * np.linalg.norm(gram) / n + 1e-7 * np.diag(gram).real.max()
    size = coils * readout * phase
    G = np.zeros((size, size), complex)
    number = np.arange(size).reshape(coils, readout, phase)
    for c in range(coils):
        target = c * k * k + k * k // 2
        others = [i for i in range(n) if i != target]
        w = np.zeros(n, complex)
        w[others] = np.linalg.solve(gram[np.ix_(others, others)] + lam * np.eye(n - 1), gram[others, target])
        w = w.reshape(coils, k, k)
        for r in range(readout):
            for p in range(phase):
                for d in range(coils):
                    for i in range(k):
                        for j in range(k):
                            G[number[c, r, p], number[d, (r + i - k // 2) % readout, (p + j - k // 2) % phase]] += w[d, i, j]
    M = G - np.eye(size)
    missing = np.flatnonzero(~np.broadcast_to(mask, y.shape).reshape(-1))
    z = np.linalg.lstsq(M[:, missing], -M @ y.reshape(-1), rcond=None)[0]
    full = y.reshape(-1).copy()
    full[missing] = z
    return rss(ift(full.reshape(y.shape)))


def band_of(kept):
    """(n/2 - band .. n/2 + band), and whether the low end is the missing one."""
    middle, ends = kept.size // 2, np.flatnonzero(kept)
    below, above = middle - ends[0], ends[-1] - middle
    return min(below, above), below < above


def smooth_phase(k, band):
    d = np.arange(phase) - phase // 2
    low = ift(k * np.where(np.abs(d) <= band, .5 + .5 * np.cos(np.pi * d / (band + 1)), 0))
    return low / np.abs(low)


def homodyne():
    band, low_missing = band_of(mask.any(0))
    d = np.arange(phase) - phase // 2
    w = np.where(np.abs(d) <= band, 1 + (d if low_missing else -d) / (band + 1), np.where((d > 0) == low_missing, 2., 0.))
    if phase % 2 == 0:
        w[0] = min(w[0], 1)
    p = smooth_phase(y, band)
    return rss((ift(y * w) * p.conj()).real)


def pocs(iterations):
    p = smooth_phase(y, band_of(mask.any(0))[0])
    full = y.copy()
    for _ in range(iterations):
        image = p * (ift(full) * p.conj()).real
        full = np.where(mask, y, ft(image))
    return rss(ift(full))


def differences(shape):
    """The cyclic differences as one dense matrix, axis after axis."""
    number = np.arange(np.prod(shape)).reshape(shape)
    blocks = []
    for axis in (0, 1):
        D = np.eye(number.size)
        D[number.reshape(-1), np.roll(number, 1, axis).reshape(-1)] -= 1
        blocks.append(D)
    return np.concatenate(blocks)


def total_variation(weight, iterations):
    """Chambolle & Pock's primal-dual algorithm, another one than ADMM, with A as a dense matrix."""
    maps = np.load(folder + "/maps.npy").astype(np.complex128)
    units = np.eye(readout * phase).reshape(-1, 1, readout, phase)
    A = (mask * ft(units * maps)).reshape(readout * phase, -1).T
    R, b = A.conj().T @ A, A.conj().T @ y.reshape(-1)
    D = differences((readout, phase))
    tau = sigma = .99 / np.sqrt(8)
    inverse = np.linalg.inv(np.eye(R.shape[0]) + tau * R)
    x = np.zeros(readout * phase, complex)
    ahead, dual = x, np.zeros(2 * x.size, complex)
    for _ in range(iterations):
        dual = dual + sigma * (D @ ahead)
        long = np.sqrt((np.abs(dual.reshape(2, -1)) ** 2).sum(0))
        dual = (dual.reshape(2, -1) / np.maximum(1, long / weight)).reshape(-1)
        new = inverse @ (x + tau * (b - D.T @ dual))
        ahead, x = 2 * new - x, new
    return x.reshape(readout, phase)


numbers = [float(o) if "." in o or "e" in o else int(o) for o in options]
x = {"grappa": grappa, "spirit": spirit, "homodyne": homodyne, "pocs": pocs, "tv": total_variation}[method](*numbers)
np.save(folder + "/x.npy", x.astype(np.complex64))
