#!/usr/bin/env python3
"""Holds the habits of the house that no compiler checks.

Files of at most 400 lines, a comment of why at the head of each C++ file, no tabs or trailing
blanks in C++, a final newline, LF line ends, nothing large or binary by accident, no work left
marked to be done, and no download addresses in a lock file. Prints each breach; exit 1 if any.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES_MAX = 400
BYTES_MAX = 1_000_000

# Made by a program, or data: length says nothing about them.
GENERATED = re.compile(r"^(vectors/|docs/openapi\.json$|tests/vectors/|web/dist/|web/built/|tests/data/|fuzz/corpus/|docs/images/|src/.*/generated/)"
                       r"|package-lock\.json$|^tests/.*\.json$|\.jsonl$|\.svg$")
BINARY = re.compile(r"\.(png|ico|woff2|db|zst|gz|br)$")
UNFINISHED = re.compile("\\b(" + "TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b")


def files():
    """What is in git, and what would be."""
    answer = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, capture_output=True, check=False)
    if answer.returncode == 0:
        names = answer.stdout.decode().split("\0")
    else:  # A release tarball: no git.
        names = [p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*")
                 if not {"build", "var", "node_modules", ".git"} & set(p.relative_to(ROOT).parts)]
    return sorted(n for n in names if n and (ROOT / n).is_file())


def needs_head(name):
    """Every header, and every source that no header speaks for."""
    path = ROOT / name
    headers = [path.with_suffix(".h"), ROOT / "include" / "rota" / (path.stem + ".h")]
    return path.suffix == ".h" or not (name.endswith("_test.cc") or any(h.exists() for h in headers))


def judge_cpp(name, text):
    if needs_head(name) and not text.startswith("//"):
        yield 1, "begin the file with a comment that says why it exists"
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            yield number, "a tab"
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
        if UNFINISHED.search(line):
            yield number, "work marked to be done: do it, or open an issue"


def judge(name):
    path = ROOT / name
    data = path.read_bytes()
    if len(data) > BYTES_MAX and not GENERATED.search(name):
        yield 1, f"{len(data)} bytes: more than {BYTES_MAX}"
    if BINARY.search(name):
        return
    if b"\0" in data:
        yield 1, "a binary file"
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield 1, f"not UTF-8 at byte {error.start}"
        return
    if "package-lock.json" in name and re.search(r'"resolved"\s*:', text):
        yield 1, 'addresses in the lock file: npm needs "omit-lockfile-registry-resolved=true"'
    if GENERATED.search(name):
        return
    if "\r" in text:
        yield 1, "line ends of another system"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "no newline at the end"
    if text.count("\n") > LINES_MAX and name != "LICENSE":
        yield LINES_MAX, f"{text.count(chr(10))} lines: more than {LINES_MAX}, split it"
    if re.search(r"\.(h|cc)$", name):
        yield from judge_cpp(name, text)


def duplicates(names):
    """Two C++ files with one text: somebody copied instead of calling."""
    seen = {}
    for name in names:
        if re.search(r"\.(h|cc|py|sh)$", name):
            data = (ROOT / name).read_bytes()
            if len(data) > 200 and seen.setdefault(data, name) != name:
                yield f"{name}:1: the same text as {seen[data]}"


def main():
    names = files()
    complaints = [f"{name}:{line}: {why}" for name in names for line, why in judge(name)]
    complaints += list(duplicates(names))
    print("\n".join(complaints) if complaints else f"{len(names)} files keep the habits")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
