#!/usr/bin/env bash
# Builds the binaries that are committed beside this script and rewrites SHA256SUMS. Installing and running
# lastbyte does not need it; changing the C source does. It needs gcc, gcc-aarch64-linux-gnu for arm64, and
# the Node-API headers ($npm_config_nodedir, or the installation of the running node).
set -euo pipefail
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
    -o "zero-copy-$target.node" zero_copy.c
  "$strip" --strip-unneeded "zero-copy-$target.node"
}

build x86_64-linux-gnu-gcc strip linux-x64
build aarch64-linux-gnu-gcc aarch64-linux-gnu-strip linux-arm64
sha256sum zero_copy.c zero-copy-*.node > SHA256SUMS
