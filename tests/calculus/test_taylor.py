"""Taylor polynomials: right against SymPy's series, bounded where they say so, clear where there is none."""

from __future__ import annotations

import importlib.util
import random
from fractions import Fraction
from time import perf_counter
from typing import Any

import mpmath
import pytest
import sympy

import stepcalc
from stepcalc.calculus.taylor import taylor
from stepcalc.calculus.taylor.facts import facts, several_facts
from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import rational
from stepcalc.notation.unicode import one_line, spans
from stepcalc.numeric import balls

x, y = sympy.symbols("x y")
ORDER = 8

FUNCTIONS = [
    ("exp(x)", 0), ("exp(x)", 1), ("sin(x)", 0), ("sin(x)", "pi/6"), ("cos(x)", 0), ("cos(2x)", "pi/4"),
    ("tan(x)", 0), ("sinh(x)", 0), ("cosh(x)", 1), ("tanh(x)", 0), ("ln(1+x)", 0), ("ln(x)", 1), ("ln(x)", 2),
    ("1/(1-x)", 0), ("1/x", 1), ("1/x", -2), ("1/(1+x^2)", 0), ("1/(1+x^2)", 1), ("sqrt(1+x)", 0),
    ("sqrt(x)", 4), ("cbrt(1+x)", 0), ("(1+x)^(3/2)", 0), ("atan(x)", 0), ("asin(x)", 0), ("asinh(x)", 0),
    ("atanh(x)", 0), ("exp(x) cos(x)", 0), ("exp(-x^2)", 0), ("x^2 exp(x)", 0), ("exp(sin(x))", 0),
    ("sin(x^2)", 0), ("sin(x)^2", 0), ("ln(cos(x))", 0), ("1/cos(x)", 0), ("(1+x)/(1-x)", 0),
    ("x/(1+x+x^2)", 0),
    ("exp(x)/(1-x)", 0), ("erf(x)", 0), ("x^5 - 3x^2 + 1", 2), ("2^x", 0), ("1/(1+exp(-x))", 0),
    ("abs(x-3)", 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "about"), FUNCTIONS)
def test_coefficients_agree_with_sympy(text: str, about: object) -> None:
    centre = sympy.sympify(about)
    t = sympy.Symbol("t")
    function = stepcalc.read(text).subs(x, centre + t)
    if function.has(sympy.Abs):
        function = 3 - t
    expected = sympy.series(function, t, 0, ORDER + 1).removeO()
    for method in ("derivatives", "series"):
        derivation = taylor(text, "x", about=about, order=ORDER, method=method)
        found = derivation.result.subs(x, centre + t)
        assert sympy.simplify(sympy.expand(found - expected)) == 0
        assert derivation.verify()


BOUNDED = [
    ("exp(x) cos(x)", 0, 4, (-0.5, 0.5)), ("exp(x)", 0, 5, (-1, 1)), ("sin(x)", 0, 7, (-3, 3)),
    ("cos(x)", 1, 4, (0, 2)), ("ln(x)", 1, 5, (0.5, 2)), ("1/x", 1, 3, (0.5, 1.5)), ("sqrt(x)", 4, 3, (3, 5)),
    ("atan(x)", 0, 5, (-0.5, 0.5)), ("exp(sin(x))", 0, 6, (-1, 1)), ("tan(x)", 0, 5, (-1, 1)),
    ("erf(x)", 0, 6, (-1, 1)), ("exp(-x^2)", 0, 9, (-1, 1)), ("1/(1+x^2)", 0, 4, (-0.4, 0.4)),
    ("sinh(x)", 0, 3, (0, 2)), ("x^3", 1, 5, (0, 2)), ("softplus(x)", 0, 3, (-1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "about", "order", "ends"), BOUNDED)
def test_remainder_is_within_its_bound(text: str, about: int, order: int, ends: tuple[float, float]) -> None:
    derivation = taylor(text, about=about, order=order, on=ends)
    assert derivation.verify()
    found = facts(derivation).remainder
    assert found is not None
    bound = as_fraction(found.bound)
    assert bound is not None
    with mpmath.workdps(40):
        function = _callable(derivation)
        polynomial = sympy.lambdify(x, derivation.result, "mpmath")
        numbers = random.Random(1)
        for _ in range(1000):
            at = mpmath.mpf(numbers.uniform(*ends))
            gap = abs(function(at) - polynomial(at))
            assert gap <= mpmath.mpf(bound.numerator) / bound.denominator + mpmath.mpf(10) ** -30


def _callable(derivation: stepcalc.Derivation) -> Any:
    from stepcalc.notation.values import value

    return sympy.lambdify(x, value(derivation.question.form), "mpmath")


def test_bound_is_the_one_of_the_board() -> None:
    found = facts(taylor("exp(x) cos(x)", order=4, on=0.5)).remainder
    assert found is not None
    assert one_line(found.largest) == "4"
    assert one_line(found.bound) == "1/960"


def test_bound_without_flint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balls, "ring_of", balls.Intervals)
    bound = balls.bound_of_derivative(
        _form("exp(x) cos(x)"), _form("x"), 5, [Fraction(-1, 2), Fraction(1, 2)]
    )
    assert bound == 4
    wide = balls.bound_of_derivative(_form("ln(2+x)/sqrt(3+x)"), _form("x"), 3, [Fraction(0), Fraction(1)])
    if importlib.util.find_spec("flint"):
        monkeypatch.undo()
        same = balls.bound_of_derivative(
            _form("ln(2+x)/sqrt(3+x)"), _form("x"), 3, [Fraction(0), Fraction(1)]
        )
        assert wide == same


def test_no_bound_where_the_derivative_is_unbounded() -> None:
    with pytest.raises(stepcalc.NotDerivableError) as problem:
        taylor("ln(1+x)", order=3, on="-1,1")
    assert problem.value.code == "taylor-no-bound"


def _form(text: str) -> Any:
    from stepcalc.notation.reader import read_text

    return read_text(text).form


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("1/x", {}, "There is no Taylor series about x = 0: f does not exist there."),
        ("ln(x)", {"about": -1}, "There is no Taylor series about x = −1: f does not exist there."),
        ("sqrt(x)", {}, "There is no Taylor series about x = 0: f′ does not exist there."),
        ("abs(x)", {}, "There is no Taylor series about x = 0: f′ does not exist there."),
        ("x abs(x)", {}, "There is no Taylor series about x = 0: f″ does not exist there."),
        ("x^(7/3)", {}, "There is no Taylor series about x = 0: f‴ does not exist there."),
        ("tan(x)", {"about": "pi/2"}, "There is no Taylor series about x = π/2: f does not exist there."),
        ("1/x", {"order": 12}, "There is no Taylor series about x = 0: f does not exist there."),
        (
            "1/(x y)",
            {"about": "0,1"},
            "There is no Taylor series about x = 0, y = 1: f does not exist there.",
        ),
    ],
)
def test_centre_that_will_not_do_is_named(text: str, options: dict[str, Any], message: str) -> None:
    letters = ("x", "y") if "y" in text else ("x",)
    with pytest.raises(stepcalc.UsageError) as problem:
        taylor(text, *letters, **options)
    assert problem.value.message == message


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"order": -1}, "order-range"),
        ({"order": 1000}, "order-range"),
        ({"order": 2.5}, "order-range"),
        ({"form": "factored"}, "form-unknown"),
        ({"method": "guess"}, "method-unknown"),
        ({"about": "0,1"}, "taylor-centres"),
        ({"on": "1,2,3"}, "taylor-on"),
        ({"on": "pi"}, "taylor-bound-numbers"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(stepcalc.UsageError) as problem:
        taylor("sin(x)", **options)
    assert problem.value.code == code


GENERAL = [
    ("exp(x)", 0, "series_exp", "xⁿ/n!", "everywhere"),
    ("x^2 exp(-3x^2)", 0, "series_exp", "(−1)ⁿ·3ⁿ x^(2n+2)/n!", "everywhere"),
    ("x e^x", 0, "series_exp", "x^(n+1)/n!", "everywhere"),
    ("exp(x)", 1, "series_exp", "e (x−1)ⁿ/n!", "everywhere"),
    ("2^x", 0, "series_exp", "ln(2)ⁿ xⁿ/n!", "everywhere"),
    ("e^(a x)", 0, "series_exp", "aⁿ xⁿ/n!", "everywhere"),
    ("sin(2x)", 0, "series_sin", "(−1)ⁿ·2^(2n+1)·x^(2n+1)/(2n+1)!", "everywhere"),
    ("sin(x)", "pi/6", "series_sin_about", "sin(π/6+nπ/2)·(x − π/6)ⁿ/n!", "everywhere"),
    ("cos(x)^2", 0, "series_cos", "(−1)ⁿ·2^(2n−1)·x^(2n)/(2n)!", "everywhere"),
    ("cosh(x) - 1", 0, "series_cosh", "x^(2n)/(2n)!", "everywhere"),
    ("erf(x)", 0, "series_erf", "2 (−1)ⁿ x^(2n+1)/(√π·n!·(2n+1))", "everywhere"),
    ("1/x", 1, "series_geometric", "(−1)ⁿ (x−1)ⁿ", "0 < x, x < 2"),
    ("1/(2-x)", 0, "series_geometric", "xⁿ/2^(n+1)", "−2 < x, x < 2"),
    ("1/(a-x)", 0, "series_geometric", "xⁿ/a^(n+1)", "|x| < |a|"),
    ("1/(1+x^2)", 0, "series_geometric", "(−1)ⁿ x^(2n)", "−1 < x, x < 1"),
    ("(1+x)/(1-x)", 0, "series_geometric", "2xⁿ", "−1 < x, x < 1"),
    ("1/(1-x)^2", 0, "series_binomial", "(n+1)·xⁿ", "−1 < x, x < 1"),
    ("ln(1+x)", 0, "series_log", "(−1)^(n+1)·xⁿ/n", "−1 < x, x ≤ 1"),
    ("ln(1-x)", 0, "series_log", "−xⁿ/n", "−1 ≤ x, x < 1"),
    ("ln(x)", 2, "series_log", "(−1)^(n+1)·(x−2)ⁿ/(2ⁿ n)", "0 < x, x ≤ 4"),
    ("ln((1+x)/(1-x))", 0, "series_atanh", "2x^(2n+1)/(2n+1)", "−1 < x, x < 1"),
    ("atan(x^2)", 0, "series_atan", "(−1)ⁿ x^(4n+2)/(2n+1)", "−1 ≤ x, x ≤ 1"),
    ("asin(x)", 0, "series_asin", "(2n)!·x^(2n+1)/(4ⁿ (n!)² (2n+1))", "−1 ≤ x, x ≤ 1"),
    ("sqrt(1+x)", 0, "series_binomial", "(−1)^(n+1)·(2n)!·xⁿ/(4ⁿ (n!)² (2n−1))", "−1 ≤ x, x ≤ 1"),
    ("1/sqrt(1+x)", 0, "series_binomial", "(−1)ⁿ (2n)!·xⁿ/(4ⁿ (n!)²)", "−1 < x, x ≤ 1"),
    ("cbrt(1+x)", 0, "series_binomial", "binomial(1/3, n)·xⁿ", "−1 ≤ x, x ≤ 1"),
    ("(1+x)^(-3/2)", 0, "series_binomial", "binomial(−3/2, n)·xⁿ", "−1 < x, x < 1"),
    ("(1+x)^a", 0, "series_binomial", "binomial(a, n)·xⁿ", "−1 < x, x < 1"),
    ("1/(1+x^2)", 1, "", None, "1 − √2 < x, x < 1 + √2"),
    ("tan(x)", 0, "", None, "−π/2 < x, x < π/2"),
    ("1/(1+e^(-x))", 0, "", None, "−π < x, x < π"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "about", "card", "term", "where"), GENERAL)
def test_general_term_and_interval(text: str, about: object, card: str, term: str | None, where: str) -> None:
    found = facts(taylor(text, "x", about=about))
    assert (found.term.card if found.term else "") == card
    if term is not None and found.term is not None:
        assert "".join(piece for piece, _ in spans(found.term.term, symbolic=True)) == term
    assert found.convergence is not None
    told = found.convergence.where
    assert (", ".join(map(one_line, told)) if told else found.convergence.kind) == where


@pytest.mark.parametrize(
    ("text", "about"),
    [("ln(1+x)", 0), ("atan(x)", 0), ("sqrt(1+x)", 0), ("1/sqrt(1+x)", 0), ("asin(x)", 0), ("cbrt(1-x)", 0)],
)
def test_ends_at_which_a_series_converges_are_the_right_ones(text: str, about: int) -> None:
    found = facts(taylor(text, about=about))
    assert found.term is not None
    n = sympy.Symbol("n")
    from stepcalc.notation.values import value

    for end, closed in ((-1, found.term.ends[0]), (1, found.term.ends[1])):
        term = value(found.term.term).subs(x, end)
        size = [abs(complex(term.subs(n, k).replace(*_BINOMIAL).evalf(30))) for k in (400, 800)]
        # Terms of one sign converge if they shrink faster than 1/n, those that alternate if they shrink.
        signs = [term.subs(n, k).replace(*_BINOMIAL).evalf() > 0 for k in (400, 401)]
        shrink = size[0] / size[1]
        assert closed is (shrink > (2.1 if signs[0] == signs[1] else 1.1))


_BINOMIAL = (
    lambda node: getattr(node.func, "__name__", "") == "binomial",
    lambda node: sympy.binomial(*node.args),
)


@pytest.mark.parametrize(
    ("text", "about", "there"),
    [
        ("|x|", 1, ["0 ≤ x"]),
        ("x |x-2|", 0, ["x ≤ 2"]),
        ("|x|/(x+2)", 1, ["0 ≤ x"]),
        ("|x-3|/(x+1)", 0, []),
        ("sign(x)", 1, ["0 < x"]),
        ("x sign(x-2)", 1, ["x < 2"]),
    ],
)
def test_a_series_stops_being_the_function_at_a_kink(text: str, about: int, there: list[str]) -> None:
    known = facts(taylor(text, about=about)).convergence
    assert known is not None
    assert [one_line(each) for each in known.there] == there
    assert known.kind == ("part" if there else "inside")


def test_an_absolute_value_that_touches_nought_changes_no_formula() -> None:
    known = facts(taylor("|(x-2)^2|")).convergence
    assert known is not None and known.kind == "everywhere"


def test_arccotangent_converges_to_itself_only_up_to_its_jump() -> None:
    known = facts(taylor("acot(x)", about=1)).convergence
    assert known is not None
    assert [one_line(each) for each in known.where] == ["0 < x", "x < 2"]


@pytest.mark.parametrize("text", ["|x^5 - x - 1|", "|x^3 - 3x + 1|", "|x^40 - x - 1|"])
def test_borders_that_cannot_be_written_leave_the_interval_open(text: str) -> None:
    assert facts(taylor(text, order=1)).convergence is None


def test_fractions_of_high_degree_are_answered_soon() -> None:
    known = facts(taylor("1/(1 + x + x^2)^150", order=1)).convergence
    assert known is not None and known.kind == "inside"


def test_a_series_may_converge_to_something_else() -> None:
    derivation = taylor("piecewise((exp(-1/x^2), x != 0), (0, true))")
    assert derivation.result == 0
    known = facts(derivation).convergence
    assert known is not None
    assert known.kind == "flat"


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("piecewise((0, x = 0), (x^3 exp(-2/x^4), true))", True),
        ("piecewise(((x - 1) exp(-1/x^2), x != 0), (0, true))", False),
        ("piecewise((exp(-1/x^2), x > 5), (0, x <= 5))", False),
        ("piecewise((exp(-1/x^2), x > 0), (0, x <= 0))", False),
    ],
)
def test_a_series_is_said_to_miss_the_function_only_where_that_is_nowhere_nought(
    text: str, flat: bool
) -> None:
    known = facts(taylor(text, order=2)).convergence
    assert known is None or known.kind == "flat"
    assert (known is not None) is flat


def test_removable_gap_filled_by_a_piece_has_the_series_of_its_surroundings() -> None:
    derivation = taylor("piecewise((sin(x)/x, x != 0), (1, true))", order=4)
    assert sympy.expand(derivation.result - (1 - x**2 / 6 + x**4 / 120)) == 0
    assert derivation.verify()


def test_delta_form_is_about_any_point() -> None:
    derivation = taylor("exp(x)", order=2, form="delta")
    step = sympy.Symbol("Δx")
    assert sympy.expand(derivation.result - sympy.exp(x) * (1 + step + step**2 / 2)) == 0
    assert derivation.verify()


@pytest.mark.parametrize("order", [0, 1, 2, 3, 4])
def test_several_variables_to_any_order(order: int) -> None:
    derivation = taylor("exp(x) sin(y) + x y^2", "x", "y", about="0,1", order=order)
    s = sympy.Symbol("s")
    line = (sympy.exp(x) * sympy.sin(y) + x * y**2).subs({x: 3 * s, y: 1 - 2 * s}, simultaneous=True)
    expected = sympy.series(line, s, 0, order + 1).removeO()
    found = derivation.result.subs({x: 3 * s, y: 1 - 2 * s}, simultaneous=True)
    assert sympy.simplify(sympy.expand(found - expected)) == 0
    assert derivation.verify()
    rules = {step.rule.id for step in derivation.stages[0].substeps}
    assert ({"gradient", "hessian"} <= rules) == (order == 2)


def test_wrong_coefficient_fails_its_check() -> None:
    from dataclasses import replace

    for method in ("derivatives", "series"):
        derivation = taylor("exp(sin(x))", order=7, method=method)
        step = derivation.stages[0]
        wrong = replace(step, result=_form("1 + x + x^2/2 - x^4/8 - x^5/15 - x^6/240 + x^7/91"))
        forged = replace(derivation, stages=(wrong,), answer=wrong.result)
        assert forged.verify().status == "failed"
        from stepcalc.rulebook.taylor.checking import touches_function

        assert touches_function(step.goal, wrong.result, {}) is False
        assert touches_function(step.goal, step.result, {}) is True


@pytest.mark.parametrize(
    ("asked", "options", "name"),
    [
        (("exp(x)",), {"order": 3, "on": 1}, "bounds_derivative"),
        (("exp(x + y)", "x", "y"), {"order": 2, "on": 1}, "bounds_remainder"),
    ],
)
def test_a_bound_that_is_too_low_is_seen_by_values_alone(
    asked: tuple[str, ...], options: dict[str, Any], name: str
) -> None:
    from stepcalc.rulebook.taylor import bounds

    holds = getattr(bounds, name)
    step = taylor(*asked, **options).stages[0].substeps[-1]
    bound = Fraction(step.result.label)
    assert holds(step.goal, step.result, {}) is True
    assert holds(step.goal, rational(bound / 8), {}) is False
    assert holds(step.goal, _form("pi"), {}) is False


def test_round_trip_through_json() -> None:
    derivation = taylor("exp(x) cos(x)", order=4, on=0.5)
    again = stepcalc.Derivation.from_json(derivation.to_json())
    assert again.answer is derivation.answer
    assert again.verify()


def test_high_order_is_quick() -> None:
    start = perf_counter()
    derivation = taylor("exp(sin(x))", order=20)
    assert perf_counter() - start < 1
    assert derivation.result.coeff(x, 5) == sympy.Rational(-1, 15)
    assert derivation.verify()


def test_told_as_a_table() -> None:
    text = str(taylor("exp(x) cos(x)", order=4, on=0.5))
    for part in (
        "k   f⁽ᵏ⁾(x)",
        "e^x (cos(x) − sin(x))",
        "1 + x − x³/3 − x⁴/6 + R₄",
        "1/960",
        "for every real x",
    ):
        assert part in text


def test_command_line_tells_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    from stepcalc.cli.main import main

    assert main(["taylor", "exp(x) cos(x)", "--order", "4", "--on", "0.5", "--quiet"]) == 0
    assert capsys.readouterr().out.strip() == "1 + x − x³/3 − x⁴/6"
    assert main(["taylor", "1/x"]) == 2
    assert "f does not exist there" in capsys.readouterr().err
    assert main(["taylor", "exp(x)", "--form", "delta", "--order", "2"]) == 0
    assert "f(x+Δx) = e^x + e^x·Δx + e^x·Δx²/2 + O(Δx³)" in capsys.readouterr().out


BOXES = [
    ("exp(x) sin(y)", ("x", "y"), "0,0", 2, 0.1),
    ("exp(x) ln(1+y)", ("x", "y"), "0,0", 3, "0.1; 0.2"),
    ("ln(1+x+y)", ("x", "y"), "0,0", 1, "-0.2,0.2; 0,0.5"),
    ("sqrt(x^2+y^2)", ("x", "y"), "3,4", 2, "2.8; 4.2"),
    ("x y z + cos(x z)", ("x", "y", "z"), "1,1,1", 1, 0.9),
]


@pytest.mark.parametrize(("text", "letters", "about", "order", "on"), BOXES)
def test_remainder_in_several_variables_is_within_its_bound(
    text: str, letters: tuple[str, ...], about: str, order: int, on: Any
) -> None:
    derivation = taylor(text, *letters, about=about, order=order, on=on)
    assert derivation.verify()
    found = several_facts(derivation)
    assert found.bound is not None
    bound = float(as_fraction(found.bound) or 0)
    symbols = sympy.symbols(letters)
    from stepcalc.notation.values import value

    function, polynomial = (
        sympy.lambdify(symbols, each, "math") for each in (value(derivation.question.form), derivation.result)
    )
    ends = [
        (float(as_fraction(low) or 0), float(as_fraction(high) or 0))
        for low, high in zip(found.low, found.high, strict=True)
    ]
    numbers = random.Random(1)
    corners = [[end[k] for end in ends] for k in (0, 1)]
    places = [[numbers.uniform(*end) for end in ends] for _ in range(1000)]
    worst = max(abs(function(*at) - polynomial(*at)) for at in [*places, *corners])
    assert worst <= bound * (1 + 1e-9)
    assert bound <= 6 * worst  # and it is no idle one


def test_no_bound_over_a_box_that_holds_a_singularity() -> None:
    with pytest.raises(stepcalc.NotDerivableError) as problem:
        taylor("1/(x+y)", "x", "y", about="1,1", order=1, on="-1,2; 0,1")
    assert problem.value.code == "taylor-no-bound"
    with pytest.raises(stepcalc.UsageError) as wrong:
        taylor("x y", "x", "y", order=1, on="1,2,3")
    assert wrong.value.code == "taylor-on-several"


@pytest.mark.parametrize(
    ("asked", "low", "high"),
    [
        (0.5, ["1/2", "1/2"], ["3/2", "3/2"]),
        ("0.5", ["1/2", "1/2"], ["3/2", "3/2"]),
        ("0,1.5", ["0", "0"], ["3/2", "3/2"]),
        ((0, 1.5), ["0", "0"], ["3/2", "3/2"]),
        ("0.5; 0,2", ["1/2", "0"], ["3/2", "2"]),
        ([0.5, (0, 2)], ["1/2", "0"], ["3/2", "2"]),
    ],
)
def test_on_means_for_each_letter_what_it_means_for_one(asked: Any, low: list[str], high: list[str]) -> None:
    found = several_facts(taylor("x y", ["x", "y"], about="1,1", order=1, on=asked))
    assert [one_line(end) for end in found.low] == low
    assert [one_line(end) for end in found.high] == high


def test_on_for_one_letter_goes_up_to_a_value() -> None:
    found = facts(taylor("x^2", about=1, order=1, on=0.5)).remainder
    assert found is not None
    assert (one_line(found.low), one_line(found.high)) == ("1/2", "3/2")


def test_derivatives_that_grow_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from stepcalc.rulebook.taylor import expansion

    monkeypatch.setattr(expansion, "LARGEST_DERIVATIVES", 3000)
    long = "(ln(1+x^2+y)+atan(x y)) exp(x-y)/sqrt(1+x^2+y^2) + sin(x+y)^3"
    with pytest.raises(stepcalc.LimitError, match=r"of order 5 .* --order 4") as problem:
        taylor(long, "x", "y", order=8)
    assert problem.value.code == "taylor-too-long"
    assert taylor(long, "x", "y", order=4).result.subs({x: 0}) != 0
    with pytest.raises(stepcalc.LimitError):
        taylor("exp(sin(x) tan(x))/sqrt(1+x^2)", order=20, method="derivatives")


def test_the_centre_tells_the_letters() -> None:
    expected = taylor("x^2 y", "x", "y", about="1,2", order=2).result
    assert taylor("x^2 y", about="1,2", order=2).result == expected
    assert taylor("x^2 y", about=(1, 2), order=2).result == expected
    assert taylor("x^2 y", about="y=2, x=1", order=2).result == expected
    with pytest.raises(stepcalc.UsageError) as wrong:
        taylor("x^2 y", about="1,2,3")
    assert wrong.value.code == "taylor-centres"


@pytest.mark.parametrize(
    ("text", "about", "limit"),
    [("sin(x)/x", 0, "1"), ("e^(-1/x^2)", 0, "0"), ("(1-cos(x))/x^2", 0, "1/2"), ("(x^2-1)/(x-1)", 1, "2")],
)
def test_a_gap_with_a_limit_is_said_and_what_it_advises_works(text: str, about: int, limit: str) -> None:
    with pytest.raises(stepcalc.UsageError) as problem:
        taylor(text, about=about)
    assert problem.value.code == "taylor-gap"
    assert f"It tends to {limit}" in problem.value.message
    advised = problem.value.message.partition("series of ")[2].removesuffix(".")
    assert taylor(advised, about=about, order=2).verify()


@pytest.mark.parametrize("text", ["1/x", "sin(1/x)", "|x|/x", "ln(x)"])
def test_no_limit_is_promised_where_there_is_none(text: str) -> None:
    with pytest.raises(stepcalc.UsageError) as problem:
        taylor(text)
    assert problem.value.code == "taylor-centre"


def test_a_polynomial_leaves_nothing_out() -> None:
    assert "R₃" not in str(taylor("x^3 - 2x + 1", about=1, order=3))
    assert "nothing is left out" in str(taylor("x y", "x", "y", about="1,1", order=2))
    assert "+ R₂" in str(taylor("x^3 - 2x + 1", about=1, order=2))


def test_the_first_order_is_a_tangent() -> None:
    assert "its tangent line:  y = 1 + x" in str(taylor("exp(x)", order=1))
    assert "its tangent plane: z = 5 + 2 (x−1)" in " ".join(
        str(taylor("x^2+y^2", "x", "y", about="1,2", order=1)).split()
    )


def test_binomial_numbers_are_told_as_they_are_written() -> None:
    assert "binomial(3/2, n) = (3/2)((3/2)−1)...((3/2)−n+1)/n!" in " ".join(
        str(taylor("(2-x)^(3/2)", order=1)).split()
    )
