"""Every test of the project by the name under which pages speak of it; read from the sources.

  Suite.Case                    a case of GoogleTest
  openapi_lint                  a test of ctest
  cli/tls_test:test_x           a function of tests/cli/tls_test.py
  browser/account_test: words   a case of tests/browser/account_test.mjs, or of tests/openapi/client
"""
import re

GTEST = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.M)
CTEST = re.compile(r"\b(?:add_test|rota_test)\(\s*NAME\s+(\w+)|\brota_python_test\(\s*(\w+)")
LIBRARY = re.compile(r"\brota_library\(\s*NAME\s+(\w+)")
PYTHON = re.compile(r"^    def (test_\w+)\(self", re.M)
SCRIPT = re.compile(r"\bawait test\(\s*(\"(?:[^\"\\]|\\.)*\"|`[^`$]*`)")


def texts(root, pattern):
    skip = {"build", "node_modules", "dist", ".git"}
    for path in sorted(root.glob(pattern)):
        if not skip & set(path.relative_to(root).parts):
            yield path, path.read_text("utf-8")


def googletest(root):
    for folder in ("src", "tests", "examples"):
        for _, text in texts(root, f"{folder}/**/*.cc"):
            yield from (f"{suite}.{case}" for suite, case in GTEST.findall(text))


def ctest(root):
    for folder in ("src", "tests", "examples"):
        for path, text in texts(root, f"{folder}/**/CMakeLists.txt"):
            yield from (first or second for first, second in CTEST.findall(text))
            if any(path.parent.glob("*_test.cc")):
                yield from (f"{name}_test" for name in LIBRARY.findall(text))


def python(root):
    for path, text in texts(root, "tests/*/*_test.py"):
        yield f"{path.parent.name}_{path.stem}"  # the test of ctest that runs it
        yield from (f"{path.parent.name}/{path.stem}:{name}" for name in PYTHON.findall(text))


def scripts(root):
    for folder, pattern in (("browser", "tests/browser/*.mjs"), ("openapi", "tests/openapi/client/*.ts")):
        for path, text in texts(root, pattern):
            yield from (f"{folder}/{path.stem}: {name[1:-1]}" for name in SCRIPT.findall(text))


def all_names(root):
    return {*googletest(root), *ctest(root), *python(root), *scripts(root)}
