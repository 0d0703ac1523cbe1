"""The table of sentences."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import stepcalc.messages


def test_every_sentence_has_a_name_of_its_own() -> None:
    tree = ast.parse(Path(stepcalc.messages.__file__).read_text(encoding="utf-8"))
    (table,) = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    names = Counter(ast.literal_eval(key) for key in table.keys if key is not None)
    assert [name for name, count in names.items() if count > 1] == []
