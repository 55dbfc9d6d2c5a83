#!/usr/bin/env python3
"""Installs Rota into a folder, builds examples/embed against it as an outsider would, and runs it.

  package_test.py CMAKE BUILD_FOLDER CXX_COMPILER --flags=FLAGS

The flags are those of the build: a library made with a sanitizer needs a program made with it.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SLOWNESS = float(os.environ.get("ROTA_TEST_SLOWNESS", "1"))
ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command, **options):
    print("$", *command, flush=True)
    return subprocess.run(list(map(str, command)), check=True, timeout=500 * SLOWNESS, **options)


def main(cmake, build, compiler, flags):
    with tempfile.TemporaryDirectory(prefix="rota-package-") as folder:
        folder = pathlib.Path(folder)
        stage, outside = folder / "stage", folder / "outside"
        run(cmake, "--install", build, "--prefix", stage, stdout=subprocess.DEVNULL)
        run(cmake, "-S", ROOT / "examples" / "embed", "-B", outside, "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={stage}", f"-DCMAKE_CXX_COMPILER={compiler}",
            f"-DCMAKE_CXX_FLAGS={flags.removeprefix('--flags=')}", stdout=subprocess.DEVNULL)
        run(cmake, "--build", outside)
        for exported in (stage / "lib").rglob("*.cmake"):
            assert str(ROOT) not in exported.read_text("utf-8"), f"{exported} names the build's folder"
        for _ in range(2):  # The second time the database and its task are there.
            done = run(outside / "embed", folder / "embed.db", capture_output=True)
            assert re.search(rb"^\d{4}-.*Z hello, you$", done.stdout, re.M), done.stdout
        shown = run(stage / "bin" / "rota", "runs", "Greet", "--db", folder / "embed.db", capture_output=True)
        assert b"hello, you" in shown.stdout, shown.stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
