"""Values of functions against mpmath, and where they are not real."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from stepcalc.notation.forms import (
    PI,
    Form,
    call,
    constant,
    divide,
    letter,
    multiply,
    negate,
    number,
    power,
    relation,
    root,
    vector,
)
from stepcalc.numeric.evaluate import compile_forms

x, y = letter("x"), letter("y")


def value(form: Form, at: float | Fraction | str = 0, other: float = 0):
    """The value of a form in x (and y)."""
    point = {x: Fraction(at) if isinstance(at, str) else at, y: other}
    return compile_forms([form]).at(point)[0]


def exactly(text):
    """A fraction at mpmath's present precision."""
    return mpmath.mpf(Fraction(text).numerator) / Fraction(text).denominator


MPMATH_NAMES = {
    "abs": "fabs",
    "factorial": "factorial",
    "ceiling": "ceil",
    "Ei": "ei",
    "Si": "si",
    "Ci": "ci",
    "Shi": "shi",
    "Chi": "chi",
}
POINTS = ("-7/2", "-1", "-3/5", "-1/8", "0", "1/7", "1/2", "1", "9/5", "4")
PLAIN = (
    "exp log sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos atan asec acsc asinh acosh atanh"
    " acoth asech acsch abs sign floor ceiling erf erfc erfi erfinv gamma digamma zeta Ei Si Ci Shi Chi li"
    " fresnels fresnelc lambertw factorial"
)


@pytest.mark.parametrize("name", PLAIN.split())
def test_a_function_has_the_values_that_mpmath_gives_or_none_off_the_real_line(name):
    reference = getattr(mpmath, MPMATH_NAMES.get(name, name))
    with mpmath.workdps(45):
        for text in POINTS:
            at = Fraction(text)
            found = value(call(name, x), at)
            try:
                expected = reference(exactly(text))
            except (ValueError, ZeroDivisionError):
                expected = mpmath.nan
            if mpmath.im(expected) or not mpmath.isfinite(expected):
                assert found is None, (name, text)
            else:
                assert mpmath.almosteq(mpmath.mpf(found), mpmath.re(expected), 1e-40, 1e-40), (name, text)


@pytest.mark.parametrize("name", ["besselj", "bessely", "besseli", "besselk"])
@pytest.mark.parametrize("order", ["0", "1", "-2", "1/2"])
def test_bessel_functions_are_real_for_either_sign_only_at_integer_orders(name, order):
    for text in ("-2", "1/3", "5"):
        with mpmath.workdps(45):
            at = mpmath.mpf(Fraction(text).numerator) / Fraction(text).denominator
            expected = getattr(mpmath, name)(
                mpmath.mpf(Fraction(order).numerator) / Fraction(order).denominator, at
            )
            found = value(call(name, number(Fraction(order)), x), text)
            if abs(mpmath.im(expected)) > 1e-30:
                assert found is None
            else:
                assert mpmath.almosteq(mpmath.mpf(found), mpmath.re(expected), 1e-40)


def test_functions_of_two_arguments():
    with mpmath.workdps(45):
        pairs = [
            (value(call("polygamma", number(2), x), "3/2"), mpmath.psi(2, 1.5)),
            (value(call("beta", x, y), "3/2", 2.5), mpmath.beta(1.5, 2.5)),
            (value(call("zeta", x, y), "3", 2.5), mpmath.zeta(3, 2.5)),
            (value(call("atan2", x, y), "-1", -2.5), mpmath.atan2(-1, -2.5)),
            (value(call("log", x, number(2)), "8"), mpmath.mpf(3)),
        ]
        for found, expected in pairs:
            assert mpmath.almosteq(mpmath.mpf(found), expected, 1e-40)


def test_inverse_complementary_error_keeps_its_digits_near_nought():
    with mpmath.workdps(60):
        for text in ("1/10000000000", "1/2", "3/2"):
            back = mpmath.erfc(mpmath.mpf(value(call("erfcinv", x), text)))
            assert mpmath.almosteq(
                back, mpmath.mpf(Fraction(text).numerator) / Fraction(text).denominator, 1e-38
            )
    assert value(call("erfcinv", x), "2") is None


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("asin", 1, mpmath.pi / 2),
        ("asin", -1, -mpmath.pi / 2),
        ("asin", "100001/100000", None),
        ("acos", -1, mpmath.pi),
        ("acosh", 1, 0),
        ("acosh", "99999/100000", None),
        ("atanh", 1, None),
        ("atanh", -1, None),
        ("acoth", 1, None),
        ("acoth", "1/2", None),
        ("asech", 0, None),
        ("asech", 1, 0),
        ("asech", "3/2", None),
        ("asec", "1/2", None),
        ("asec", 1, 0),
        ("acsc", 0, None),
        ("acsch", 0, None),
        ("log", 0, None),
        ("log", -1, None),
        ("heaviside", 0, None),
        ("heaviside", 2, 1),
        ("heaviside", -2, 0),
        ("sign", 0, 0),
        ("dirac", 0, None),
        ("dirac", 1, 0),
        ("gamma", 0, None),
        ("gamma", -3, None),
        ("factorial", -1, None),
        ("factorial", 5, 120),
        ("loggamma", -1.5, None),
        ("digamma", -2, None),
        ("erfinv", 1, None),
        ("lambertw", "-2/5", None),
        ("li", 1, None),
        ("Ei", 0, None),
        ("Ci", 0, None),
        ("Chi", -1, None),
        ("zeta", 1, None),
        ("cot", 0, None),
        ("csc", 0, None),
        ("coth", 0, None),
        ("acot", 0, mpmath.pi / 2),
        ("acot", -1, -mpmath.pi / 4),
        ("floor", -2, -2),
        ("ceiling", "-5/2", -2),
    ],
)
def test_edges_of_domains(name, at, expected):
    found = value(call(name, x), at)
    if expected is None:
        assert found is None
    else:
        assert mpmath.almosteq(mpmath.mpf(found), expected, abs_eps=1e-14)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (root(number(-8), number(3)), -2),
        (root(number(-4)), None),
        (root(number(0)), 0),
        (root(number(-32), number(5)), -2),
        (root(number(8), number(-3)), 0.5),
        (power(number(-8), divide(number(1), number(3))), -2),
        (power(number(-8), divide(number(2), number(3))), 4),
        (power(number(-8), divide(number(2), number(6))), -2),
        (power(number(-8), divide(number(3), number(6))), None),
        (power(number(-8), multiply(number(-1), divide(number(1), number(3)))), -0.5),
        (power(number(-1), divide(number(21), number(23))), -1),
        (power(number(-1), divide(number(22), number(23))), 1),
        (power(number(0), number(0)), None),
        (power(number(0), number(-1)), None),
        (power(number(0), number(2)), 0),
        (power(number(0), divide(number(1), number(2))), 0),
        (power(number(-2), number(-2)), 0.25),
        (power(number(-2), PI), None),
        (power(number(0), PI), 0),
        (power(number(4), number(Fraction(-1, 2))), 0.5),
        (divide(number(1), number(0)), None),
        (multiply(number(0), divide(number(1), number(0))), None),
        (constant("i"), None),
        (constant("undefined"), None),
        (vector(x, y), None),
    ],
)
def test_powers_and_roots_are_those_of_real_calculus(form, expected):
    for program_form in (form, multiply(form, power(letter("z"), number(2)))):
        found = compile_forms([program_form]).at({letter("z"): 1})[0]
        assert found is None if expected is None else mpmath.almosteq(mpmath.mpf(found), expected, 1e-14)


def test_an_exponent_that_is_computed_still_counts_as_the_fraction_it_is():
    exponent = divide(number(2), number(3))
    form = power(x, negate(power(number(3), number(-1))))
    assert value(form, -8) == -0.5
    from stepcalc.notation.forms import add

    assert value(power(x, add(exponent, number(-1))), -8) == -0.5


@pytest.mark.parametrize(
    "form",
    [
        call("exp", number(10**10)),
        call("gamma", number(10**9)),
        power(number(2), number(10**9)),
        call("factorial", number(10**9)),
        call("sinh", number(10**9)),
        call("sin", call("exp", number(10**6))),
        call("exp", call("exp", call("exp", call("exp", number(9))))),
        call("zeta", number(-(10**9))),
        power(power(number(9), number(10**6)), number(10**6)),
        call("besselj", number(10**7), number(1)),
        call("erfi", number(10**8)),
        call("Ei", number(10**9)),
        call("polygamma", number(10**6), number(3)),
        call("sin", power(number(10), number(10**5))),
    ],
)
def test_what_would_take_for_ever_is_refused_at_once(form):
    import time

    began = time.process_time()
    assert compile_forms([form]).at({}) == [None]
    assert time.process_time() - began < 0.2


def test_a_sum_that_cancels_is_nought_and_not_noise():
    from stepcalc.notation.forms import add

    one = add(power(call("sin", x), number(2)), power(call("cos", x), number(2)), number(-1))
    assert value(root(one), "1/3") == 0
    assert value(call("log", one), "1/3") is None
    assert value(divide(number(1), one), "1/3") is None


def test_floor_is_undecided_within_rounding_of_an_integer():
    third = divide(x, number(3))
    assert value(call("floor", third), 9) == 3
    assert value(call("floor", multiply(root(x), root(x))), 2) in (None, 2)
    assert value(call("floor", multiply(root(x), root(x))), 2.5) == 2


@pytest.mark.parametrize(
    ("sign", "left", "right", "expected"),
    [
        ("<", 1, 2, True),
        ("<", 2, 2, False),
        ("<=", 2, 2, True),
        (">", 1, 2, False),
        (">=", 2, 2, True),
        ("=", 2, 2, True),
        ("!=", 2, 2, False),
        ("!=", 1, 2, True),
    ],
)
def test_relations(sign, left, right, expected):
    assert compile_forms([relation(sign, x, y)]).at({x: left, y: right}) == [expected]


def test_membership_of_the_sets_that_have_names():
    integers, nonpositive, naturals = map(constant, ("integers", "nonpositive_integers", "naturals"))
    forms = [relation("in", x, integers), relation("not in", x, nonpositive), relation("in", x, naturals)]
    assert compile_forms(forms).at({x: 3}) == [True, True, True]
    assert compile_forms(forms).at({x: -3}) == [True, False, False]
    assert compile_forms(forms).at({x: 0}) == [True, False, False]
    assert compile_forms(forms).at({x: 0.5}) == [False, True, False]
