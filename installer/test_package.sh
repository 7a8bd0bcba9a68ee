#!/usr/bin/env bash
# test_package.sh BUILD_DIR TORCH_PREFIX
# Installs the build as a relocatable tree, moves it, and does the main job with it while nothing of the build tree, the source tree or
# the LibTorch cache can be reached: those folders are covered in a private mount namespace, or, where that is not allowed, every library
# that was loaded is checked to come from the tree or the system.
set -euo pipefail
build=$(realpath "$1") torch=$(realpath "$2") here=$(realpath "$(dirname "$0")")
work=$(mktemp -d /tmp/larmor-package-XXXXXX)
trap 'rm -rf "$work"' EXIT
tree=$("$here/package.sh" "$build" "$torch" "$work" --tree-only)
moved="$work/moved here"
mv "$tree" "$moved"

/usr/bin/python3 - "$work/scan.h5" <<'PY'
import sys, h5py, numpy
rng = numpy.random.default_rng(1)
y, x = numpy.mgrid[-32:32, -32:32] / 32
image = ((x * x + y * y * 1.4 < 0.7) * (1 + 0.3 * numpy.cos(9 * x))).astype(complex)
coils = numpy.stack([numpy.exp(-((x - a) ** 2 + (y - b) ** 2)) for a, b in ((-1, -1), (-1, 1), (1, -1), (1, 1))])
noise = 0.01 * (rng.standard_normal(coils.shape) + 1j * rng.standard_normal(coils.shape))
k = numpy.fft.fftshift(numpy.fft.fft2(numpy.fft.ifftshift(coils * image, axes=(-2, -1)), norm="ortho"), axes=(-2, -1)) + noise
with h5py.File(sys.argv[1], "w") as f:
    f["kspace"] = k[None].astype(numpy.complex64)
PY

cat > "$work/job" <<'SH'
set -eu
cd "$1"
cli="$2/bin/larmor-cli"
"$cli" --version
"$cli" recon scan.h5 --method cg-sense --mask equispaced:R=2,acs=16,seed=1 -o out.npy
"$cli" compare scan.h5 out.npy --max-nrmse 0.5
LD_DEBUG=files LD_DEBUG_OUTPUT="$1/loaded" "$cli" recon scan.h5 --method grappa --set combination=rss --mask equispaced:R=2,acs=16,seed=1 -o grappa.npy  # loads LibTorch too
if [ -x "$2/bin/larmor" ]; then
  QT_QPA_PLATFORM=offscreen "$2/bin/larmor" --version
fi
SH
if unshare --mount true 2>/dev/null; then
  unshare --mount bash -c 'for folder in "$3" "$4" "$5"; do mount -t tmpfs none "$folder"; done; bash "$1/job" "$1" "$2"' - \
    "$work" "$moved" "$build" "$torch" "$(realpath "$here/..")"
  echo "The build tree, the source tree and LibTorch's cache were out of reach."
else
  bash "$work/job" "$work" "$moved"
fi
if cat "$work"/loaded* | grep -E "calling init: ($build|$torch)"; then
  echo "FAILED: these libraries were taken from outside the tree." >&2
  exit 1
fi
test -s "$work/out.npy" && test -s "$work/grappa.npy"
grep -q "calling init: .*libtorch_cpu" "$work"/loaded*
echo "The moved tree works."
