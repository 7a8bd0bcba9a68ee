"""DPS, DDS, DiffPIR and plug-and-play written out for a Gaussian prior with matrices: what the project's samplers are held against.

Usage: sampler_recursions.py FOLDER. Reads there: A (complex128, rows x n), y, start (n), start_noise (n), step_noise (steps x n) and
options.json; writes x."""
import json
import sys

import numpy as np

folder = sys.argv[1]
with open(folder + "/options.json") as f:
    o = json.load(f)


def read(name):
    return np.fromfile(f"{folder}/{name}", np.complex128)


y, start, start_noise = read("y"), read("start"), read("start_noise")
n = start.size
A = read("A").reshape(-1, n)
step_noise = read("step_noise").reshape(-1, n)
AH = A.conj().T
R, b = AH @ A, AH @ y
steps, sd2 = o["steps"], o["sigma_data"] ** 2


def rho7(i):
    return (o["sigma_max"] ** (1 / 7) + i / (steps - 1) * (o["sigma_min"] ** (1 / 7) - o["sigma_max"] ** (1 / 7))) ** 7


def shrink(s):
    return sd2 / (sd2 + s * s)


def cg(M, right, x, iterations):
    """Plain conjugate gradients on complex numbers."""
    r = right - M @ x
    p = r.copy()
    rho = np.vdot(r, r).real
    for _ in range(iterations):
        if rho == 0:
            break
        q = M @ p
        alpha = rho / np.vdot(p, q).real
        x = x + alpha * p
        r = r - alpha * q
        rho, last = np.vdot(r, r).real, rho
        p = r + rho / last * p
    return x


def guidance(x, s):
    """D(x) and zeta / |r| grad |A D(x) - y|^2, by hand: J = shrink."""
    D = shrink(s) * x
    r = A @ D - y
    jacobian = 1 if o["jacobian_free"] else shrink(s)
    return D, jacobian * 2 * AH @ r / np.linalg.norm(r)


def dps():
    x = rho7(0) * start_noise
    for i in range(steps - 1):
        s, t = rho7(i), rho7(i + 1)
        D, g = guidance(x, s)
        d = (x - D) / s
        if o["heun"]:
            e = x + (t - s) * d
            d = (d + (e - shrink(t) * e) / t) / 2
        x = x + (t - s) * d - o["zeta"] * g
    return shrink(rho7(steps - 1)) * x


def dps_ddpm():
    """Algorithm 1 in DDPM's own variables: x = sqrt(abar) u."""
    abar_all = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
    abar = abar_all[np.floor((1 - np.arange(steps) / (steps - 1)) * 999 + 0.5).astype(int)]
    x = np.sqrt((1 - abar[0]) / abar[0]) * np.sqrt(abar[0]) * start_noise
    for i in range(steps - 1):
        now, then = abar[i], abar[i + 1]
        alpha = now / then
        s = np.sqrt((1 - now) / now)
        u = x / np.sqrt(now)
        D, g = guidance(u, s)
        mean = np.sqrt(alpha) * (1 - then) / (1 - now) * x + np.sqrt(then) * (1 - alpha) / (1 - now) * D
        spread = np.sqrt((1 - then) / (1 - now) * (1 - alpha))
        x = mean + spread * step_noise[i] - o["zeta"] * g / np.sqrt(now)
    return shrink(np.sqrt((1 - abar[-1]) / abar[-1])) * x / np.sqrt(abar[-1])


def dds():
    x = start + rho7(0) * start_noise
    for i in range(steps):
        s = rho7(i)
        D = shrink(s) * x
        gamma = min(o["gamma"], s * s / o["sigma_y"] ** 2)
        c = cg(np.eye(n) + gamma * R, D + gamma * b, D, o["cg"])
        if i + 1 == steps:
            return c
        x = c + rho7(i + 1) * (np.sqrt(1 - o["eta"] ** 2) * (x - D) / s + o["eta"] * step_noise[i])


def diffpir():
    x = rho7(0) * start_noise
    for i in range(steps):
        s = rho7(i)
        D = shrink(s) * x
        rho = o["lambda"] * o["sigma_y"] ** 2 / s**2
        c = np.linalg.solve(R + rho * np.eye(n), b + rho * D)
        if i + 1 == steps:
            return c
        x = c + rho7(i + 1) * (np.sqrt(1 - o["fresh"]) * (x - c) / s + np.sqrt(o["fresh"]) * step_noise[i])


def plug_and_play():
    x = start
    for s in np.geomspace(o["sigma_max"], o["sigma_min"], steps):
        z = shrink(s) * x
        weight = o["lambda"] / s**2
        x = np.linalg.solve(R / o["sigma_y"] ** 2 + weight * np.eye(n), b / o["sigma_y"] ** 2 + weight * z)
    return x


globals()[o["sampler"]]().astype(np.complex128).tofile(folder + "/x")
