#!/usr/bin/env bash
# package.sh BUILD_DIR TORCH_PREFIX OUTPUT_DIR [--tree-only]
# Installs a build into a tree that can be moved anywhere: our programs, LibTorch in its own layout, and every library they need beyond
# what each Linux desktop has. Packs it as tar.xz and prints the path; with --tree-only prints the tree.
set -euo pipefail
build=$1 torch=$2 output=$3 mode=${4:-}
version=$(sed -n 's/^project(larmor VERSION \([0-9.]*\).*/\1/p' "$(dirname "$0")/../CMakeLists.txt")
name=larmor-$version-linux-x86_64
tree=$output/$name

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# Left to the system: the C library and everything that must match the display server and its drivers.
system='^(ld-linux|libc\.|libm\.|libdl\.|libpthread\.|librt\.|libresolv\.|libutil\.|libstdc\+\+|libgcc_s|libX|libxcb|libxkb|libGL|libEGL|libOpenGL|libGLX|libGLdispatch|libdrm|libwayland|libfontconfig|libfreetype|libdbus|libsystemd|libudev|libICE|libSM|libexpat)'

needed() { # files...: paths of the libraries they load, without the system's and without LibTorch's
  ldd "$@" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// {print $3}' | sort -u | while read -r path; do
    file=${path##*/}
    [[ $file =~ $system ]] || [[ $path == "$torch"/* ]] || [[ $path == "$build"/* ]] || [[ $path == "$tree"/* ]] || echo "$path"
  done
}

say "Installing into $tree ..."
rm -rf "$tree"
cmake --install "$build" --prefix "$tree" --strip > "$output/install.log" 2>&1 || { tail -n 5 "$output/install.log" >&2; exit 1; }

say "Adding LibTorch ..."
lib=$tree/lib/libtorch
if [ -d "$torch/torch/lib" ]; then
  mkdir -p "$lib/torch"
  cp -a "$torch/torch/lib" "$lib/torch/lib"
  find "$torch/nvidia" -name '*.so*' 2>/dev/null | while read -r file; do
    mkdir -p "$lib/${file%/*}" 2>/dev/null || true
    relative=${file#"$torch"/}
    mkdir -p "$lib/$(dirname "$relative")"
    cp -a "$file" "$lib/$relative"
  done
  find "$lib" -type d -empty -delete
else
  mkdir -p "$lib/torch/lib"
  cp -a "$torch"/lib/*.so* "$lib/torch/lib/"
fi

say "Adding libraries ..."
plugins=$(/usr/lib/qt6/bin/qtpaths --query QT_INSTALL_PLUGINS 2>/dev/null || /usr/bin/qtpaths6 --query QT_INSTALL_PLUGINS 2>/dev/null || echo /usr/lib/x86_64-linux-gnu/qt6/plugins)
if [ -x "$tree/bin/larmor" ]; then
  mkdir -p "$tree/lib/qt6/plugins"
  for kind in platforms imageformats iconengines xcbglintegrations platforminputcontexts; do
    [ -d "$plugins/$kind" ] && cp -a "$plugins/$kind" "$tree/lib/qt6/plugins/"
  done
  printf '[Paths]\nPrefix = ..\nPlugins = lib/qt6/plugins\n' > "$tree/bin/qt.conf"
fi
mapfile -t ours < <(find "$tree/bin" "$tree/lib/larmor" "$tree/lib/qt6" -type f \( -name '*.so*' -o -path '*/bin/larmor*' \) 2>/dev/null; ls "$tree"/lib/*.so*)
needed "${ours[@]}" | while read -r path; do
  cp -L "$path" "$tree/lib/${path##*/}"
done
for file in "$tree"/lib/*.so*; do
  case ${file##*/} in liblarmor_*) ;; *) chmod u+w "$file"; patchelf --set-rpath '$ORIGIN' "$file" ;; esac
done
find "$tree/lib/qt6/plugins" -name '*.so' -exec chmod u+w {} + -exec patchelf --set-rpath '$ORIGIN/../../..' {} \; 2>/dev/null || true

if [ "$mode" = --tree-only ]; then echo "$tree"; exit 0; fi
say "Packing ($(du -sh "$tree" | cut -f1)) ..."
tar -C "$output" -c "$name" | xz -T0 -2 > "$output/$name.tar.xz.part"
mv "$output/$name.tar.xz.part" "$output/$name.tar.xz"
rm -rf "$tree"
say "Done: $(du -h "$output/$name.tar.xz" | cut -f1)"
echo "$output/$name.tar.xz"
