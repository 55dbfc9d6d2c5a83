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
# What a first visit loads: the document and what it names. The rest comes when somebody goes there.
first_view_max=150000
node -e '
  const fs = require("node:fs");
  const html = fs.readFileSync("dist/index.html", "utf8");
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((found) => `dist${found[1]}`);
  const size = (path) => fs.statSync(fs.existsSync(`${path}.br`) ? `${path}.br` : path).size;
  const bytes = ["dist/index.html", ...named].reduce((sum, path) => sum + size(path), 0);
  console.log(`a first visit loads ${bytes} bytes of at most ${process.argv[1]}`);
  process.exit(bytes <= Number(process.argv[1]) ? 0 : 1);
' "$first_view_max" || { echo "web/dist is too large for a first visit: load parts later" >&2; exit 1; }
if grep -q '"resolved"' package-lock.json; then
  echo "package-lock.json names download addresses: see web/.npmrc" >&2
  exit 1
fi
echo "web/dist is what web/src builds to"
