#!/usr/bin/env python3
"""Runs clang-tidy-19 on files of src/, and remembers what was clean.

  run_tidy.py BUILD_FOLDER FILE...     the folder has been built; prints complaints, exit 1 if any

A file is judged again only when it, a header of ours that it includes, its compiler options or
.clang-tidy have changed: the answers are kept below BUILD_FOLDER/tidy.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-19"
# Our options and headers are those of g++ 12: clang knows not all of the first, and complains about the second.
GCC_ONLY = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-deprecated-declarations",
            "--extra-arg=-Wno-overlength-strings"]


def compile_commands(build):
    entries = json.loads((build / "compile_commands.json").read_text("utf-8"))
    return {pathlib.Path(e["file"]).resolve(): e for e in entries}


def dependencies(build):
    """Object file -> the files of this project it was made from, as the compiler said."""
    text = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, check=True).stdout
    found, current = {}, None
    for line in text.decode("utf-8", "replace").split("\n"):
        if line and not line.startswith(" "):
            current = found.setdefault(line.split(":")[0], [])
        elif line.strip() and current is not None:
            path = (build / line.strip()).resolve()
            if ROOT in path.parents:
                current.append(path)
    return found


def key_of(entry, files):
    digest = hashlib.sha256(json.dumps([entry["command"], TIDY]).encode())
    for path in [ROOT / ".clang-tidy", *sorted(set(files))]:
        digest.update(str(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def judge(build, path):
    done = subprocess.run([TIDY, "-quiet", "-p", build, *GCC_ONLY, path], capture_output=True, check=False)
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0 and not text.strip():
        text = done.stderr.decode("utf-8", "replace")
    return text if done.returncode != 0 or re.search(r"(warning|error):", text) else ""


def main(build, names):
    build = pathlib.Path(build).resolve()
    cache = build / "tidy"
    cache.mkdir(exist_ok=True)
    commands, deps = compile_commands(build), dependencies(build)
    waiting = []
    for name in names:
        path = (ROOT / name).resolve()
        entry = commands.get(path)
        if entry is None:
            continue  # Not part of this build.
        made = re.search(r" -o (\S+)", entry["command"])
        files = deps.get(made.group(1), []) if made else []
        key = key_of(entry, [path, *[f for f in files if f.is_file()]])
        if not (cache / key).exists():
            waiting.append((path, key))
    print(f"clang-tidy: {len(waiting)} of {len(names)} files to look at", flush=True)
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (path, key), text in zip(waiting, pool.map(lambda w: judge(build, w[0]), waiting)):
            if text:
                wrong += 1
                print(text.replace(str(ROOT) + "/", ""), flush=True)
            else:
                (cache / key).touch()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
