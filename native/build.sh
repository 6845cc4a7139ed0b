#!/usr/bin/env bash
# Usage: native/build.sh [FOLDER]
# Builds the binaries and their SHA256SUMS, in FOLDER or beside this script, where they are committed. Installing
# and running lastbyte does not need it; changing the C source does. It needs gcc for each architecture (Debian:
# gcc, gcc-aarch64-linux-gnu) and the Node-API headers ($npm_config_nodedir, or the installation of the running
# node). The same compiler gives the same bytes: test/journey/native-build.tap.ts compares them.
set -euo pipefail
target_folder=$(cd "${1:-$(dirname "$0")}" && pwd)
cd "$(dirname "$0")"
nodedir=${npm_config_nodedir:-$(node -p 'require("path").resolve(process.execPath, "../..")')}

build() {
  local compiler=$1 strip=$2 target=$3
  if ! command -v "$compiler" >/dev/null; then
    echo "zero-copy-$target.node: not rebuilt, $compiler is not installed" >&2
    return
  fi
  "$compiler" -shared -fPIC -O2 -Wall -Wextra -Werror -nostdlib -fno-stack-protector \
    -fvisibility=hidden -Wl,--build-id=none -I"$nodedir/include/node" \
    -o "$target_folder/zero-copy-$target.node" zero_copy.c
  "$strip" --strip-unneeded "$target_folder/zero-copy-$target.node"
}

build x86_64-linux-gnu-gcc x86_64-linux-gnu-strip linux-x64
build aarch64-linux-gnu-gcc aarch64-linux-gnu-strip linux-arm64
sums=$(sha256sum zero_copy.c && cd "$target_folder" && sha256sum zero-copy-*.node)
echo "$sums" > "$target_folder/SHA256SUMS"
