"""k-t sparse FISTA and L+S written out with NumPy, full singular value decompositions and a wavelet matrix: what the project's series
solvers are held against.

Usage: series_recursions.py FOLDER. Reads there: y (frames, coils, rows, columns), maps, masks, W (complex128, without W: identity) and
options.json; writes x."""
import json
import os
import sys

import numpy as np

folder = sys.argv[1]
with open(folder + "/options.json") as f:
    o = json.load(f)
T, C, R, P = o["shape"]


def read(name, shape):
    return np.fromfile(f"{folder}/{name}", np.complex128).reshape(shape)


y, maps, masks = read("y", (T, C, R, P)), read("maps", (C, R, P)), read("masks", (T, R, P)).real
W = read("W", (R * P, R * P)) if os.path.exists(folder + "/W") else np.eye(R * P)


def F(x):
    return np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(x, (-2, -1)), norm="ortho"), (-2, -1))


def FH(k):
    return np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(k, (-2, -1)), norm="ortho"), (-2, -1))


def A(x):
    return masks[:, None] * F(maps[None] * x[:, None])


def AH(k):
    return (maps.conj()[None] * FH(masks[:, None] * k)).sum(1)


t = np.arange(T)
D = np.exp(-2j * np.pi * np.outer(t, t) / T) / np.sqrt(T)  # over the frames, unitary


def soft(z, threshold):
    return z * np.maximum(1 - threshold / np.maximum(np.abs(z), 1e-300), 0)


def kt(x):
    return (D @ x.reshape(T, -1)) @ W.T


def kt_inverse(c):
    return (D.conj().T @ c @ W.conj()).reshape(T, R, P)


def fista():
    x = np.zeros((T, R, P), complex)
    z, s = x, 1
    for _ in range(o["iterations"]):
        last = x
        x = kt_inverse(soft(kt(z - o["step"] * AH(A(z) - y)), o["lambda"] * o["step"]))
        s_next = (1 + np.sqrt(1 + 4 * s * s)) / 2
        z = x + (s - 1) / s_next * (x - last)
        s = s_next
    return x


def low_rank_plus_sparse():
    M = AH(y)
    L_before, S = M, np.zeros_like(M)
    for _ in range(o["iterations"]):
        U, sigma, V = np.linalg.svd((M - S).reshape(T, -1).T, full_matrices=False)
        L = (U @ np.diag(np.maximum(sigma - o["lambda_l"] * sigma[0], 0)) @ V).T.reshape(T, R, P)
        S = (D.conj().T @ soft(D @ (M - L_before).reshape(T, -1), o["lambda_s"])).reshape(T, R, P)
        M = L + S - AH(A(L + S) - y)
        L_before = L
    return L + S


x = fista() if o["method"] == "kt" else low_rank_plus_sparse()
np.ascontiguousarray(x, np.complex128).tofile(folder + "/x")
