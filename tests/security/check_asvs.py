#!/usr/bin/env python3
"""Holds docs/security/asvs.csv and the tables of docs/security against the project.

  check_asvs.py          prints what is wrong; exit 1 if anything is
  check_asvs.py --self   shows that each kind of fault is found

Every requirement of OWASP ASVS 5.0 at level 1 and 2 has one row, in order; a row says whether it applies,
what became of it, how, and which tests hold it; every test that is named exists, and so does every page.
"""
import csv
import io
import pathlib
import re
import sys

import test_names

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "docs"))
import check_links  # noqa: E402  (beside it, not a package)

TABLE = "docs/security/asvs.csv"
COLUMNS = ["chapter", "id", "level", "requirement", "applies", "verdict", "how", "tests"]
SEPARATOR = " | "
CHAPTERS = dict(enumerate([
    "Encoding and sanitization", "Validation and business logic", "Web front end", "API and web service",
    "Files", "Authentication", "Sessions", "Authorization", "Self-contained tokens", "OAuth and OIDC",
    "Cryptography", "Secure communication", "Configuration", "Data protection",
    "Secure coding and architecture", "Logging and error handling", "WebRTC"], 1))
# The level of each requirement of a section, in order: 1.2.1 is of level 1, 1.2.6 of level 2.
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223",
    "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23", "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223", "13.1": "2333", "13.2": "222223", "13.3": "2233",
    "13.4": "1222233", "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}
# What became of a requirement -> what its row must have.
VERDICTS = ("held", "documented", "partly", "not met", "deployment", "does not apply")
SHORTEST = 15  # letters of a requirement or of an explanation
LEVEL_MAX = 2


def wanted():
    """(id, level) of every requirement up to level 2, in order."""
    return [(f"{section}.{number}", level) for section, levels in LEVELS.items()
            for number, level in enumerate(levels, 1) if int(level) <= LEVEL_MAX]


def pages_named(text):
    return re.findall(r"(?:docs/[\w./-]+|SECURITY\.md)(?:#[\w-]+)?", text)


def page_faults(text, root):
    """Pages that a sentence names, and headings of theirs."""
    for name in pages_named(text):
        path, _, anchor = name.rstrip(".").partition("#")
        page = root / path
        if not page.is_file():
            yield f"names {path}, which is not there"
        elif anchor and anchor not in set(check_links.anchors(page.read_text("utf-8"))):
            yield f"names a heading of {path} that is not there: {anchor}"


def row_faults(row, level, names, root):
    chapter = CHAPTERS[int(row["id"].split(".")[0])]
    tests = [name for name in row["tests"].split(SEPARATOR) if name]
    verdict, how = row["verdict"], row["how"]
    if row["chapter"] != chapter:
        yield f"its chapter is {chapter!r}"
    if row["level"] != level:
        yield f"its level is {level}"
    if len(row["requirement"]) < SHORTEST:
        yield "says no requirement"
    if len(how) < SHORTEST:
        yield "does not say how, or why not"
    if verdict not in VERDICTS:
        yield f"{verdict!r} is no verdict; there are: {', '.join(VERDICTS)}"
    if row["applies"] != ("no" if verdict == "does not apply" else "yes"):
        yield "whether it applies and the verdict do not agree"
    if verdict in ("held", "partly") and not tests:
        yield f"is {verdict} by no test"
    if verdict in ("partly", "not met") and "missing:" not in how:
        yield "does not say what is missing ('missing: ...')"
    if verdict in ("documented", "deployment") and not pages_named(how):
        yield "names no page"
    yield from (f"names the test {name!r}, which is not there" for name in tests if name not in names)
    yield from page_faults(how, root)


def table_faults(text, names, root):
    reader = csv.DictReader(io.StringIO(text))
    if reader.fieldnames != COLUMNS:
        yield f"{TABLE}:1: the columns are {', '.join(COLUMNS)}"
        return
    levels, seen = dict(wanted()), []
    for row in reader:
        where = f"{TABLE}:{reader.line_num}: {row['id']}"
        if None in row or None in row.values():
            yield f"{where}: has another number of columns"
            continue
        if row["id"] not in levels:
            yield f"{where}: is no requirement of level 1 or 2"
            continue
        if row["id"] in seen:
            yield f"{where}: has two rows"
        seen.append(row["id"])
        yield from (f"{where}: {fault}" for fault in row_faults(row, levels[row["id"]], names, root))
    yield from (f"{TABLE}: {missing} has no row" for missing in levels if missing not in seen)
    if not set(levels) - set(seen) and seen != list(levels) and len(seen) == len(levels):
        yield f"{TABLE}: the rows are not in order"


def named_in_page(text):
    """Tests in the last column of the tables of a page: code spans of rows under a head that ends in 'Test'."""
    in_table = False
    for number, line in enumerate(text.split("\n"), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            in_table = False
        elif cells[-1].lower() in ("test", "tests"):
            in_table = True
        elif in_table and not set(cells[-1]) <= set("-: "):
            yield number, re.findall(r"`([^`]+)`", cells[-1])


def page_test_faults(name, text, names):
    for number, tests in named_in_page(text):
        if not tests:
            yield f"{name}:{number}: names no test"
        yield from (f"{name}:{number}: names the test {test!r}, which is not there" for test in tests
                    if test not in names)


def faults(root):
    names = test_names.all_names(root)
    yield from table_faults((root / TABLE).read_text("utf-8"), names, root)
    for page in sorted((root / "docs" / "security").glob("*.md")):
        yield from page_test_faults(page.relative_to(root).as_posix(), page.read_text("utf-8"), names)


def written(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def check_itself():
    names = test_names.all_names(ROOT)
    for one in ("TlsTest.TellsAClientThatForgotTheS", "openapi_lint", "rota_api_test", "cli_tls_test",
                "cli/tls_test:test_beyond_this_machine_nothing_goes_in_plain_text",
                "browser/account_test: scripts cannot read the session",
                "openapi/accounts: users are made, changed and removed"):
        assert one in names, f"the collector does not find {one}"

    def row(requirement, level):
        return {"chapter": CHAPTERS[int(requirement.split(".")[0])], "id": requirement, "level": level,
                "requirement": "something that is required", "applies": "yes", "verdict": "held",
                "how": "in a place that can be found", "tests": "rota_api_test"}

    def spoil(at, **changes):
        rows = [row(*one) for one in wanted()]
        rows[at].update(changes)
        return rows

    assert not list(table_faults(written(spoil(0)), names, ROOT))
    for rows, words in (
            (spoil(3, tests="rota_api_test | NoSuch.Test"), "NoSuch.Test"),
            (spoil(3, tests=""), "by no test"),
            (spoil(3, verdict="fine"), "no verdict"),
            (spoil(3, applies="no"), "do not agree"),
            (spoil(3, verdict="not met", tests=""), "missing"),
            (spoil(3, verdict="partly"), "missing"),
            (spoil(3, verdict="documented"), "no page"),
            (spoil(3, verdict="documented", how="see docs/nothing.md"), "not there"),
            (spoil(3, verdict="documented", how="see docs/security/README.md#no-such"), "heading"),
            (spoil(3, how=""), "how"), (spoil(3, requirement="?"), "no requirement"),
            (spoil(3, level="3"), "level"), (spoil(3, chapter="x"), "chapter"),
            (spoil(3, id="1.2.1"), "two rows"), (spoil(3, id="99.1.1"), "no requirement of level"),
            (spoil(0)[:-1], "17.3.2 has no row"), (spoil(0)[::-1], "order")):
        found = list(table_faults(written(rows), names, ROOT))
        assert found and any(words in fault for fault in found), (words, found[:3])
    assert list(table_faults("a,b\n1,2\n", names, ROOT))
    page = "| attack | test |\n|---|---|\n| x | `NoSuch.Test` |\n| y | none |\n"
    assert len(list(page_test_faults("page.md", page, names))) == 2
    print("every kind of fault is found")
    return 0


def main():
    if "--self" in sys.argv[1:]:
        return check_itself()
    found = list(faults(ROOT))
    print("\n".join(found) if found else f"{len(wanted())} requirements of ASVS have their rows and tests")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
