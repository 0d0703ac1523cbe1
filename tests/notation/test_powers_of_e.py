"""Powers of Euler's number are calls of exp; joined with e itself they keep their exponents."""

from __future__ import annotations

import pytest

from stepcalc.notation.arithmetic import combine
from stepcalc.notation.reader import read_text
from stepcalc.notation.unicode import one_line


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("e e", "e²"),
        ("x e e e", "x e³"),
        ("(e x e e)(c e)", "cx e⁴"),
        ("e x/(e e e)", "ex/e³"),
        ("pi pi pi", "π³"),
    ],
)
def test_factors_of_e_are_all_counted(text: str, written: str) -> None:
    assert one_line(combine(read_text(text).form)) == written
