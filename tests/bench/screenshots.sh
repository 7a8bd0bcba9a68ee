#!/usr/bin/env bash
# screenshots.sh LARMOR_PROGRAM SCAN OUTPUT_FOLDER: makes the README's pictures in a virtual display.
set -euo pipefail
program=$1 scan=$2 output=$3
mkdir -p "$output"
shoot() { # name, arguments...
  local name=$1; shift
  HOME=$(mktemp -d) xvfb-run -a -s "-screen 0 1920x1080x24" "$program" "$scan" "$@" --screenshot "$output/$name.png"
  echo "$output/$name.png"
}
shoot workbench --size 1600x960 --mask equispaced:R=4,acs=24,seed=1 --method l1-wavelet --reconstruct
shoot first-start --size 1366x768
