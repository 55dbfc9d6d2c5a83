#!/usr/bin/env python3
"""Holds the arrows of the house: which folder of src/ may include which, and what is pure.

One table says it. A folder may include itself, include/rota, and the folders named here. Tests
(x_test.cc) may also include what stands in TESTS_MAY. Folders in PURE must not be able to read a
clock, a file or a socket: neither the headers that offer it nor the calls.

  check_layers.py            checks src/ and include/rota; prints each wrong line; exit 1 if any
  check_layers.py --self     checks the checker: every rule must catch a line made to break it
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

MAY_INCLUDE = {
    "base": [],
    "json": ["base"],
    "schedule": ["base"],
    "model": ["base", "json", "schedule"],
    "store": ["base", "schedule", "model"],
    "store/sqlite": ["base", "schedule", "model", "store"],
    "store/postgres": ["base", "schedule", "model", "store"],
    "secrets": ["base", "json", "store"],
    "engine": ["base", "schedule", "model", "calendar", "store", "secrets"],
    "handlers": ["base", "json"],
    "warden": ["base", "handlers"],
    "calendar": ["base", "schedule"],
    "feeds": ["base", "schedule", "model", "calendar", "store", "handlers"],
    "preview": ["base", "schedule", "model", "calendar", "store"],
    "net": ["base", "handlers"],
    "embed": ["base", "schedule", "model", "store", "store/sqlite", "store/postgres", "secrets", "engine",
              "handlers", "warden", "calendar", "feeds", "preview", "net"],
    "accounts": ["base", "store"],
    "api": ["base", "json", "schedule", "model", "calendar", "store", "accounts", "secrets", "feeds",
            "preview", "embed", "net"],
    "config": ["base", "net", "api"],
    "cli": ["base", "json", "schedule", "model", "calendar", "store", "accounts", "secrets", "handlers",
            "warden", "feeds", "preview", "embed", "net", "api", "config"],
    "cli/program": ["cli"],
}

# What only a folder's tests may include: the fakes and the stores they run against.
TESTS_MAY = {
    "engine": ["store/sqlite", "handlers"],
    "handlers": ["net"],
    "feeds": ["net", "store/sqlite"],
    "preview": ["store/sqlite"],
    "embed": ["cli"],
    "api": ["handlers", "engine", "store/sqlite"],
    "store": ["store/sqlite", "store/postgres"],
    "accounts": ["store/sqlite"],
    "secrets": ["store/sqlite"],
}

PURE = ["json", "schedule", "model", "calendar"]
# The one file that must look at the system: it finds the time zone data that cctz then reads once.
MAY_LOOK = ["schedule/zone_data.cc"]
IMPURE_HEADERS = re.compile(
    r"^(fstream|filesystem|iostream|cstdio|stdio\.h|ctime|time\.h|thread|future|random|fcntl\.h"
    r"|unistd\.h|dirent\.h|poll\.h|(sys|net|netinet|arpa)/.*|rota/clock\.h|base/log\.h)$")
IMPURE_CALLS = re.compile(r"(\bnow\(\)|\bclock_gettime\b|\bgettimeofday\b|[^_\w]time\((0|NULL|nullptr)\)"
                          r"|\bgetenv\b|\bfopen\b|\bsleep_for\b|\bsleep_until\b)")
# Tests, and what only tests use: fakes, naive models, fixtures.
TEST_FILE = re.compile(r"_test\.cc$|_fixture\.h$|_test_\w+\.h$|/(testing|fakes)/|(^|/)(fake|naive|memory|manual)_\w+\.(h|cc)$")
INCLUDE = re.compile(r'^\s*#\s*include\s*(<([^>]+)>|"([^"]+)")')

# Asio, Beast and libcurl stay behind one folder; SQLite behind another, libical too; CLI11 and toml++ in one file each.
ONLY_IN = [
    (re.compile(r"^boost/(asio|beast)"), ["net"]),
    (re.compile(r"^curl/"), ["net"]),
    (re.compile(r"^sqlite3"), ["store/sqlite"]),
    (re.compile(r"^cctz/"), ["schedule"]),
    (re.compile(r"^libical/"), ["calendar"]),
    (re.compile(r"^CLI/"), ["cli"]),
    (re.compile(r"^toml\+\+/"), ["config"]),
    (re.compile(r"^seccomp"), ["warden"]),
]


# Where texts of runs pass, that may hold a secret: there they are cut by masked_line() alone, which
# masks them first. (The schema is checked before a run, when secrets are still names.)
MASK_FIRST = re.compile(r"^(handlers|engine)/|^net/curl_")
MASK_FREE = ["handlers/schema.cc"]
CUTS = re.compile(r"\bone_line\(")


def folder_of(path):
    """The longest known folder a file of src/ stands in."""
    parts = path.split("/")[:-1]
    while parts and "/".join(parts) not in MAY_INCLUDE:
        parts.pop()
    return "/".join(parts)


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return [re.sub(r"//.*", "", line) for line in text.split("\n")]


def judge_include(folder, is_test, name):
    """None, or why this folder may not include that file."""
    for pattern, homes in ONLY_IN:
        if pattern.match(name) and folder not in homes and not is_test:
            return f"only src/{', src/'.join(homes)} may see {name}"
    if folder in PURE and not is_test and IMPURE_HEADERS.match(name):
        return f"src/{folder} is pure and may not include {name}"
    target = folder_of(name)
    if not target or name.startswith("rota/") or target == folder:
        return None
    allowed = MAY_INCLUDE[folder] + (TESTS_MAY.get(folder, []) if is_test else [])
    return None if target in allowed else f"src/{folder} may not include src/{target} ({name})"


def judge_file(path, text):
    """All complaints about one file of src/, as (line number, why)."""
    folder = folder_of(path)
    is_test = TEST_FILE.search(path) is not None or path in MAY_LOOK
    if not folder:
        return [(1, f"src/{path} stands in no folder that the table knows")]
    found = []
    for number, line in enumerate(without_comments(text), 1):
        match = INCLUDE.match(line)
        if match:
            why = judge_include(folder, is_test, match.group(2) or match.group(3))
            if why:
                found.append((number, why))
        elif MASK_FIRST.match(path) and path not in MASK_FREE and not is_test and CUTS.search(line):
            found.append((number, "texts of runs are cut by base::masked_line(), which masks them first"))
        elif folder in PURE and not is_test and IMPURE_CALLS.search(line):
            found.append((number, f"src/{folder} is pure and may not call {IMPURE_CALLS.search(line).group().strip()}"))
    return found


def judge_public(path, text):
    """include/rota stands alone: the standard library, tl::expected and itself."""
    found = []
    for number, line in enumerate(without_comments(text), 1):
        match = INCLUDE.match(line)
        name = match and (match.group(2) or match.group(3))
        if name and not name.startswith("rota/") and ("/" in name or name.endswith(".h")) \
                and name != "tl/expected.hpp":
            found.append((number, f"include/rota may not include {name}"))
    return found


def check_tree():
    complaints = []
    sources = [p for p in sorted((ROOT / "src").rglob("*")) if p.suffix in (".h", ".cc")]
    for path in sources:
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT / "src").as_posix()
        complaints += [f"src/{name}:{n}: {why}" for n, why in judge_file(name, text)]
    for path in sorted((ROOT / "include" / "rota").glob("*.h")):
        complaints += [f"include/rota/{path.name}:{n}: {why}"
                       for n, why in judge_public(path, path.read_text(encoding="utf-8"))]
    print("\n".join(complaints) if complaints else f"{len(sources)} files keep the layers")
    return 1 if complaints else 0


def check_self():
    """Mutants: each of these must be caught, and each of the good ones must pass."""
    bad = [
        ("schedule/a.cc", "#include <fstream>"), ("schedule/a.cc", "auto t = clock.now();"),
        ("model/a.cc", '#include "store/store.h"'), ("model/a.cc", "#include <sys/stat.h>"),
        ("base/a.cc", '#include "model/names.h"'), ("engine/a.cc", '#include "store/sqlite/x.h"'),
        ("handlers/a.cc", '#include "engine/planner.h"'), ("api/a.cc", '#include "cli/app.h"'),
        ("api/a.cc", "#include <boost/asio.hpp>"), ("cli/a.cc", "#include <sqlite3.h>"),
        ("cli/a.cc", "#include <toml++/toml.h>"), ("config/a.cc", '#include "engine/planner.h"'),
        ("store/a.cc", '#include "store/sqlite/x.h"'), ("new_folder/a.cc", ""),
        ("handlers/a.cc", "auto s = base::one_line(text, 40);"), ("net/curl_a.cc", "one_line(url, 9)"),
    ]
    good = [
        ("schedule/a.cc", "// clock.now() and <fstream> are only words here"),
        ("schedule/a.cc", "#include <string>"), ("engine/a_test.cc", '#include "store/sqlite/x.h"'),
        ("store/sqlite/a.cc", '#include "store/store.h"'), ("cli/a.cc", '#include "rota/task.h"'),
        ("net/a.cc", "#include <boost/asio.hpp>"), ("schedule/a_test.cc", "#include <fstream>"),
        ("handlers/schema.cc", "base::one_line(key, 100)"), ("net/http_a.cc", "one_line(path, 9)"),
    ]
    wrong = [f"not caught: {c}" for c in bad if not judge_file(*c)]
    wrong += [f"caught wrongly: {c}" for c in good if judge_file(*c)]
    wrong += [] if judge_public("x.h", "#include <fmt/format.h>") else ["public header not caught"]
    print("\n".join(wrong) if wrong else f"{len(bad) + 1} mutants caught, {len(good)} good files pass")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(check_self() if "--self" in sys.argv[1:] else check_tree())
