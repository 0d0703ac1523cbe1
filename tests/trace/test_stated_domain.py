"""The stated domain: conditions solved and put together say the same as before, in fewer words."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt, prod
from operator import eq, ge, gt, le, lt, ne

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Symbol, integer_nthroot, log, sqrt

import stepcalc
from stepcalc.notation.forms import (
    Form,
    add,
    divide,
    fold,
    letter,
    logic,
    multiply,
    number,
    power,
    relation,
    root,
)
from stepcalc.notation.unicode import one_line
from stepcalc.numeric.domain import holds
from stepcalc.trace.conditions import Condition
from stepcalc.trace.domain import domain

X = letter("x")


def stated(text: object, variable: object = "x") -> str:
    conditions = stepcalc.diff(text, variable).conditions
    if any(condition.status == "impossible" for condition in conditions):
        return "impossible"
    return ", ".join(one_line(condition.relation) for condition in conditions)


DOMAINS = [
    # powers and roots
    ("x^3", ""),
    ("1/x^3", "x ≠ 0"),
    ("x^(3/2)", "x > 0"),
    ("x^(1/3)", "x ≠ 0"),
    ("x^(5/3)", ""),
    ("x^n", "x > 0"),
    ("x^x", "x > 0"),
    ("(x-2)^x", "x > 2"),
    ("sqrt(x^2-1)", "x < −1 or x > 1"),
    ("sqrt(1-x^2)", "−1 < x < 1"),
    ("sqrt(x^2)", "x ≠ 0"),
    ("sqrt(x^3)", "x > 0"),
    ("sqrt(-x)", "x < 0"),
    ("sqrt(x^3-x)", "(−1 < x < 0) or x > 1"),
    ("sqrt((x-1)(x-2))", "x < 1 or x > 2"),
    ("sqrt(2x-1)/(x-0.5)", "x > 1/2"),
    ("sqrt(x+1) + sqrt(x-1)", "x > 1"),
    ("sqrt(x^2+1)", ""),
    ("sqrt(x)^2", "x > 0"),
    ("sqrt(x) sqrt(x)", "x > 0"),
    ("sqrt(sin(x))^2", "sin(x) > 0"),
    ("sqrt(-(x-2)^2) x", "impossible"),
    # quotients
    ("1/(x^2-1)", "x ≠ −1, x ≠ 1"),
    ("1/(x^2+1)", ""),
    ("1/(x^2-2)", "x ≠ −√2, x ≠ √2"),
    ("1/(x^2+x+1)", ""),
    ("1/(x (x-1) (x-2))", "x ≠ 0, x ≠ 1, x ≠ 2"),
    ("1/((x-1)^2)", "x ≠ 1"),
    ("1/(x^4-1)", "x ≠ −1, x ≠ 1"),
    ("1/(x^5+x)", "x ≠ 0"),
    ("1/(x-1/3)", "x ≠ 1/3"),
    ("(x^2-1)/(x^2-1)", "x ≠ −1, x ≠ 1"),
    ("x^2/x", "x ≠ 0"),
    # logarithms
    ("ln(x)/x", "x > 0"),
    ("ln(x^2)", "x ≠ 0"),
    ("ln(|x|)", "x ≠ 0"),
    ("ln(x^2-4)", "x < −2 or x > 2"),
    ("ln(x^2-x-1)", "x < (1−√5)/2 or x > (1+√5)/2"),
    ("ln(ln(x))", "x > 1"),
    ("ln(3-2x)", "x < 3/2"),
    ("ln(e^x)", ""),
    ("log(x, 2)", "x > 0"),
    ("log(2, x)", "x > 0, x ≠ 1"),
    ("log(x, a)", "x > 0, a > 0, a ≠ 1"),
    # inverse functions
    ("asin(x-3)", "2 < x < 4"),
    ("asin(x)/sqrt(x)", "0 < x < 1"),
    ("acosh(2x-1)", "x > 1"),
    ("asec(x)", "x < −1 or x > 1"),
    ("atan(x)", ""),
    ("lambertw(x)", "x > −1/e"),
    # what cannot be solved is left as it is
    ("tan(x)", "cos(x) ≠ 0"),
    ("ln(sin(x))", "sin(x) > 0"),
    ("1/(e^x-1)", "x ≠ 0"),
    ("ln(1-e^x)", "x < 0"),
    ("ln(e^x-2)", "x > ln(2)"),
    ("sqrt(1-ln(x))", "0 < x < e"),
    ("ln(1-sqrt(x))", "0 < x < 1"),
    ("asin(sqrt(x))", "0 < x < 1"),
    # rational functions
    ("ln((1+x)/(1-x))", "−1 < x < 1"),
    ("ln((x+1)/(x-1))", "x < −1 or x > 1"),
    ("asin(1/x)", "x < −1 or x > 1"),
    ("ln(1+1/x)", "x < −1 or x > 0"),
    ("sqrt((x-1)/(x+2))", "x < −2 or x > 1"),
    ("1/(x^3-2)", "x ≠ ∛2"),
    ("atan(1/x)", "x ≠ 0"),
    ("erf(sqrt(x))", "x > 0"),
    ("ln(x^2+y^2)", "x² + y² > 0"),
    # exponents written as arithmetic
    ("x^2^3", ""),
    ("x^(2^3)", ""),
    ("x^(3-1)", ""),
    ("x^(1/3+2/3)", ""),
    ("x^(1-3)", "x ≠ 0"),
    ("x^(1/2+1)", "x > 0"),
    # integrals: said of the limits
    ("integral(1/t,t,1,x)", "x > 0"),
    ("integral(1/t,t,-1,x)", "x < 0"),
    ("integral(ln(t),t,0,x)", "x > 0"),
    ("integral(sqrt(t),t,0,x^2)", ""),
    ("integral(1/(1-t^2),t,0,x)", "−1 < x < 1"),
    ("integral(1/t,t,x,x^2)", "x > 0"),
    ("gamma(x)", "x ∉ nonpositive_integers"),
    ("floor(x) x", "x ∉ integers"),
    # kinks
    ("|x|", "x ≠ 0"),
    ("min(x, x^2)", "x ≠ 0, x ≠ 1"),
    ("relu(x-1)", "x ≠ 1"),
    ("piecewise((x, x < 0), (x^2, x >= 0))", "x ≠ 0"),
    # products and sums: all at once
    ("sqrt(x) ln(x)", "x > 0"),
    ("sqrt(4-x^2)/(x-1)", "−2 < x < 2, x ≠ 1"),
    # letters that are held fixed
    ("x/a", "a ≠ 0"),
    ("a/x + b/a", "x ≠ 0, a ≠ 0"),
    ("sqrt(a) x", "a ≥ 0"),
    ("ln(a x)", "ax > 0"),
    ("a^x", "a > 0"),
    ("sqrt(x^2-a^2)", "x² − a² > 0"),
    ("x log(a, 2)", "a > 0"),
    # nowhere
    ("ln(-x^2-1)", "impossible"),
    ("sqrt(-1-x^2)", "impossible"),
    ("sqrt(x-3) sqrt(1-x)", "impossible"),
    ("ln(x-1) + ln(1-x)", "impossible"),
    ("asin(x^2+2)", "impossible"),
]


@pytest.mark.parametrize(("text", "said"), DOMAINS)
def test_the_stated_domain(text: str, said: str) -> None:
    assert stated(text) == said


@pytest.mark.parametrize("text", [row[0] for row in DOMAINS if row[1] != "impossible"])
def test_the_answer_is_real_just_inside_the_stated_domain(text: str) -> None:
    """Where the conditions hold, function and derivative have values; a condition is never too wide."""
    from stepcalc.numeric.evaluate import compile_forms

    derivation = stepcalc.diff(text, "x")
    program = compile_forms([derivation.question.form, derivation.answer], derivation.rulebook.definitions)
    others = {letter(name): Fraction(7, 5) for name in "abn"}
    for place in range(-40, 41):
        at = {X: Fraction(place, 8) + Fraction(1, 97), **others}
        if all(holds(condition.relation, at) for condition in derivation.conditions):
            assert None not in program.at(at), (text, place)


@pytest.mark.parametrize("text", ["1/(x-10^400)", "sqrt(x^2-10^700)", "ln(x-10^17) sqrt(10^17+1-x)"])
def test_numbers_beyond_machine_precision(text: str) -> None:
    conditions = stepcalc.diff(text, "x").conditions
    assert [condition.status for condition in conditions] == ["kept"]


def test_the_ends_of_an_interval_are_left_out_for_the_letter_that_varies() -> None:
    condition = Condition(relation(">=", X, number(0)))
    assert [one_line(item.relation) for item in domain([condition], [X])] == ["x > 0"]
    assert [one_line(item.relation) for item in domain([condition], [letter("t")])] == ["x ≥ 0"]


def test_an_impossible_condition_is_the_only_one_stated() -> None:
    conditions = stepcalc.diff("ln(x-1) + ln(1-x) + 1/x", "x").conditions
    assert [condition.status for condition in conditions] == ["impossible"]


def test_higher_orders_keep_the_domain_of_the_function() -> None:
    assert [one_line(item.relation) for item in stepcalc.diff("sqrt(x) x^3", order=3).conditions] == ["x > 0"]


def test_several_letters_each_have_a_domain() -> None:
    derivation = stepcalc.diff("ln(x) sqrt(y)", "x", "y")
    assert [one_line(item.relation) for item in derivation.conditions] == ["x > 0", "y > 0"]


@pytest.mark.parametrize(
    ("assumed", "said"),
    [
        ("positive", "x < 1"),
        ("nonzero", "0 < x < 1"),
        ("nonnegative", "x < 1, x ≠ 0"),
        ("negative", "impossible"),
    ],
)
def test_what_is_assumed_is_not_stated(assumed: str, said: str) -> None:
    x = Symbol("x", **{assumed: True})
    assert stated(log(x) + sqrt(1 - x), x) == said


def test_assumptions_prove_conditions() -> None:
    import sympy

    p = sympy.Symbol("p", positive=True)
    assert stepcalc.diff(sympy.log(p) / p + sympy.sqrt(p), p).conditions == ()


# --------------------------------------------------------------------------------------- against brute force

NUMBERS = st.integers(-3, 3)
POLYNOMIALS = st.recursive(
    st.one_of(st.just(X), NUMBERS.map(number)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: add(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: multiply(*parts)),
        st.tuples(inner, st.integers(1, 3)).map(lambda pair: power(pair[0], number(pair[1]))),
        st.tuples(inner, st.integers(1, 3)).map(lambda pair: divide(pair[0], number(pair[1]))),
    ),
    max_leaves=6,
)
RELATIONS = st.builds(
    lambda sign, left, right: relation(sign, left, number(right)),
    st.sampled_from(["<", "<=", ">", ">=", "!="]),
    POLYNOMIALS,
    NUMBERS,
)
CONDITIONS = st.one_of(
    RELATIONS,
    st.lists(RELATIONS, min_size=2, max_size=3).map(lambda parts: logic("or", *parts)),
    st.lists(RELATIONS, min_size=2, max_size=3).map(lambda parts: logic("and", *parts)),
)
POINTS = [Fraction(place, 12) for place in range(-48, 49)]


def truth(condition: Form, value: Fraction) -> bool:
    """Whether a condition on polynomials, or on numbers with roots, holds at a rational number."""
    if condition.head == "logic":
        parts = [truth(part, value) for part in condition.args]
        return all(parts) if condition.label == "and" else any(parts)
    try:
        left, right = (exactly(side, value) for side in condition.args)
    except ValueError:  # the root of a negative number
        return False
    return _COMPARE[str(condition.label)](left, right)


def exactly(form: Form, value: Fraction) -> Fraction:
    def step(node: Form, parts: tuple[Fraction, ...]) -> Fraction:
        match node.head:
            case "letter":
                return value
            case "number":
                return Fraction(node.label)  # type: ignore[arg-type]
            case "sum":
                return sum(parts, Fraction(0))
            case "product":
                return prod(parts, start=Fraction(1))
            case "quotient":
                return parts[0] / parts[1]
            case "power":
                return parts[0] ** int(parts[1])
            case "root" if parts[1] != 2:
                size = abs(parts[0]) * (1 << 100 * int(parts[1]))
                sign = 1 if parts[0] >= 0 else -1
                return Fraction(sign * int(integer_nthroot(int(size), int(parts[1]))[0]), 1 << 100)
            case _:  # close enough to a square root, which is not a rational number where it is an end
                return Fraction(isqrt(int(parts[0] * (1 << 200))), 1 << 100)

    return fold(form, step)


_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge, "!=": ne, "=": eq}


@settings(max_examples=150, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_a_domain_says_the_same_as_its_conditions(conditions: list[Form]) -> None:
    found = domain([Condition(condition) for condition in conditions], [])
    impossible = any(condition.status == "impossible" for condition in found)
    for value in POINTS:
        wanted = all(truth(condition, value) for condition in conditions)
        if impossible:
            assert not wanted
        else:
            assert all(truth(condition.relation, value) for condition in found) is wanted


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.one_of(
            POLYNOMIALS.map(lambda inner: relation(">", root(inner), number(0))),
            st.tuples(POLYNOMIALS, POLYNOMIALS).map(lambda pair: relation("!=", multiply(*pair), number(0))),
            st.tuples(POLYNOMIALS, st.sampled_from([-2, 3])).map(
                lambda pair: relation(">=", divide(pair[0], number(pair[1])), number(0))
            ),
            st.tuples(POLYNOMIALS, st.integers(1, 4)).map(
                lambda pair: relation(">", power(pair[0], number(pair[1])), number(0))
            ),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_conditions_on_what_is_around_a_polynomial(conditions: list[Form]) -> None:
    found = domain([Condition(condition) for condition in conditions], [])
    impossible = any(condition.status == "impossible" for condition in found)
    for value in POINTS:
        wanted = all(truth(condition, value) for condition in conditions)
        said = not impossible and all(truth(condition.relation, value) for condition in found)
        assert said is wanted
