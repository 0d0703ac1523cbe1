"""The compiled grammar that is shipped is what Lark makes of grammar.lark now."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time

import pytest

from stepcalc.notation import table
from stepcalc.notation.building import Builders
from stepcalc.notation.functions import FUNCTIONS
from stepcalc.notation.table import COMPILED, GRAMMAR, as_text, compile_grammar, load_table
from stepcalc.notation.words import Vocabulary


def test_grammar_is_compiled() -> None:
    assert COMPILED.read_text(encoding="utf-8") == as_text(compile_grammar())


def test_changed_grammar_is_compiled_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    stale = json.loads(COMPILED.read_bytes()) | {"checksum": 0}
    monkeypatch.setattr(table, "compile_grammar", lambda: asked.append(True) or stale)
    monkeypatch.setattr(table.zlib, "crc32", lambda data: 1)
    load_table.__wrapped__()
    assert asked


def test_table_is_loaded_quickly() -> None:
    load_table.__wrapped__()
    started = time.perf_counter()
    for _ in range(20):
        load_table.__wrapped__()
    assert (time.perf_counter() - started) / 20 < 0.02


def test_each_named_production_has_a_builder() -> None:
    builders = Builders("", Vocabulary(FUNCTIONS), lambda *args: None).table()
    named = {name for _, _, name in load_table().rules if name}
    assert named == set(builders)
    assert named == set(re.findall(r"-> (\w+)", GRAMMAR.read_text(encoding="utf-8")))


def test_reading_imports_neither_lark_nor_sympy() -> None:
    code = (
        "import sys; from stepcalc.notation.reader import read_text; read_text('x^2 sin x');"
        "print(sorted({'lark', 'sympy', 'mpmath', 'rich', 'difflib'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_nesting_needs_no_recursion() -> None:
    code = (
        "import sys; sys.setrecursionlimit(120); from stepcalc.notation.reader import read_text\n"
        "from stepcalc.notation.forms import depth\n"
        "print(depth(read_text('sin(' * 1000 + 'x' + ')' * 1000).form))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "1001"
