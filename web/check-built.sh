#!/bin/sh
# Builds the page into a temporary folder and fails where web/dist is not what comes out. The
# compressed files may differ in their bytes from one zlib to another: what they hold may not.
set -eu
cd "$(dirname "$0")"
test -d node_modules || npm ci --no-fund --no-audit
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
npx vite build --logLevel warn --emptyOutDir --outDir "$fresh/dist"

names() { (cd "$1" && find . -type f | LC_ALL=C sort); }
if [ "$(names dist)" != "$(names "$fresh/dist")" ]; then
  echo "web/dist holds other files than a build makes: run 'npm run build' in web/ and commit" >&2
  exit 1
fi
for file in $(names dist); do
  case $file in
    *.br | *.gz)
      node -e '
        const fs = require("node:fs"), zlib = require("node:zlib");
        const [packed, plain] = process.argv.slice(1);
        const unpack = packed.endsWith(".br") ? zlib.brotliDecompressSync : zlib.gunzipSync;
        process.exit(unpack(fs.readFileSync(packed)).equals(fs.readFileSync(plain)) ? 0 : 1);
      ' "dist/$file" "dist/${file%.*}" ;;
    *) cmp -s "dist/$file" "$fresh/dist/$file" ;;
  esac || { echo "web/dist/$file is stale: run 'npm run build' in web/ and commit" >&2; exit 1; }
done
if grep -q '"resolved"' package-lock.json; then
  echo "package-lock.json names download addresses: see web/.npmrc" >&2
  exit 1
fi
echo "web/dist is what web/src builds to"
