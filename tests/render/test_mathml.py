"""What browsers make of MathML: brackets that grow leave gaps, primes are raised already, bars have two sides."""

from __future__ import annotations

import pytest

from stepcalc.notation.reader import read_text
from stepcalc.render.document import Formula
from stepcalc.render.mathml import MathML

pytest.importorskip("latex2mathml")


def written(text: str) -> str:
    return MathML().inline(Formula(read_text(text).form))


def test_a_bracket_grows_only_around_something_tall() -> None:
    math = MathML()
    assert 'stretchy="true"' not in math.written(r"\frac{d}{dx}\left[x^{2}\right]", 5)
    assert 'stretchy="true"' in math.written(r"\left(\frac{1}{x}\right)", 5)


def test_a_prime_stands_beside_its_function() -> None:
    assert '<mi>f</mi><mo class="prime" lspace="0" rspace="0">′</mo>' in MathML().written("f'(a)", 5)


def test_a_prime_is_raised_beside_a_bracket_that_grows() -> None:
    shown = MathML().written(r"\left(\frac{1}{x}\right)'", 5)
    assert '<mo class="prime">′</mo></msup>' in shown


def test_bars_open_and_close() -> None:
    shown = written("|x| + 2|y - |x||")
    forms = [part.split('form="')[1].split('"')[0] for part in shown.split("<mo") if ">|<" in part]
    assert forms == ["prefix", "postfix", "prefix", "prefix", "postfix", "postfix"]
    assert shown.count('stretchy="false"') >= 6


def test_the_values_of_cases_stand_below_each_other_on_the_left() -> None:
    shown = written("piecewise((x^2, x < 0), (sin(x), x >= 0))")
    assert shown.count('style="text-align:left"') == 4


def test_a_slash_keeps_close() -> None:
    assert '<mo lspace="0" rspace="0">/</mo>' in MathML().written("x/h", 3)


def test_a_prime_keeps_close_to_the_name_of_a_function() -> None:
    shown = MathML().written(r"\sin'(x) = 2\cos'", 5)
    assert '<mi>sin</mi><mo class="prime" lspace="0" rspace="0">′</mo></mrow><mo>\u2061</mo>' in shown
    assert '<mi>cos</mi><mo class="prime"' in shown
