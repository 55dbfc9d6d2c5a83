#!/usr/bin/env python3
"""Holds the links of every Markdown page: the file is there and in the tree, and so is its heading.

  check_links.py          prints each dead link; exit 1 if any
  check_links.py --self   shows that each kind of dead link is found

Addresses of other servers are left alone: a test must not depend on them.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)


def pages(root):
    """What is in git, and what would be; in a tarball, every page."""
    done = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
                          cwd=root, capture_output=True, check=False)
    if done.returncode == 0 and done.stdout:
        return sorted(root / name for name in done.stdout.decode().split("\0") if name and (root / name).is_file())
    skip = {"build", "var", "node_modules", ".git"}
    return sorted(path for path in root.rglob("*.md") if not skip & set(path.relative_to(root).parts))


def prose(text):
    """The lines outside fenced blocks, code spans blanked: what looks like a link there is none."""
    fence = None
    for number, line in enumerate(text.split("\n"), 1):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark and fence is None:
            fence = mark.group(1)
        elif mark and mark.group(1).startswith(fence):
            fence = None
        elif fence is None:
            yield number, line


def anchors(text):
    """The names that a forge gives to headings."""
    seen = {}
    for _, line in prose(text):
        heading = re.match(r"#{1,6}\s+(.*?)\s*#*\s*$", line)
        if heading:
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).lower()
            name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            count = seen.get(name, 0)
            seen[name] = count + 1
            yield name if count == 0 else f"{name}-{count}"
        yield from re.findall(r"<a\s+(?:name|id)=\"([^\"]+)\"", line)


def dead_links(root):
    known = {}
    for page in pages(root):
        for number, line in prose(page.read_text("utf-8")):
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                if ELSEWHERE.match(target):
                    continue
                path, _, anchor = target.partition("#")
                aim = (page.parent / path).resolve() if path else page
                where = f"{page.relative_to(root).as_posix()}:{number}: {target}"
                if root not in aim.parents and aim != root:
                    yield f"{where} leaves the project"
                elif not aim.exists():
                    yield f"{where} is not there"
                elif anchor and aim.suffix == ".md":
                    if aim not in known:
                        known[aim] = set(anchors(aim.read_text("utf-8")))
                    if anchor not in known[aim]:
                        yield f"{where} names no heading of that page"


def check_itself():
    with tempfile.TemporaryDirectory(prefix="rota-links-") as folder:
        root = pathlib.Path(folder).resolve()
        (root / "b.md").write_text("# One `two`, three\n\n## One `two`, three\n```\n# not one\n```\n")
        good = "[a](b.md) [a](b.md#one-two-three) [a](b.md#one-two-three-1) [a](#self) [a](https://x/y)\n# Self\n`[a](no.md)`\n"
        (root / "a.md").write_text(good)
        assert list(dead_links(root)) == [], list(dead_links(root))
        for bad in ("no.md", "b.md#not-one", "#nothing", "../../etc/passwd", "b.md#One", "b/"):
            (root / "a.md").write_text(f"text\n\n[a]({bad})\n")
            found = list(dead_links(root))
            assert len(found) == 1 and f"a.md:3: {bad}" in found[0], (bad, found)
    print("every kind of dead link is found")
    return 0


def main():
    if "--self" in sys.argv[1:]:
        return check_itself()
    found = list(dead_links(ROOT))
    print("\n".join(found) if found else f"the links of {len(pages(ROOT))} pages lead somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
