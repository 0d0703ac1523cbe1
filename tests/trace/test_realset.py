"""Sets of real numbers behave as sets: a number is in a union, a meet, a solution just where it should be."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcalc.notation.forms import letter
from stepcalc.notation.unicode import one_line
from stepcalc.numeric.domain import holds
from stepcalc.trace.realset import EVERYTHING, RealSet, union
from stepcalc.trace.roots import rational_end, real_roots

X = letter("x")
SIGNS = ["<", "<=", ">", ">=", "=", "!="]


def contains(numbers: RealSet, value: Fraction) -> bool:
    return any(
        (item.low.size < value or (item.low_in and item.low.size == value))
        and (value < item.high.size or (item.high_in and item.high.size == value))
        for item in numbers.stretches
    )


def simple(sign: str, value: int | Fraction) -> RealSet:
    return RealSet.where(sign, rational_end(Fraction(value)))


SIMPLE = st.builds(simple, st.sampled_from(SIGNS), st.integers(-4, 4))
SETS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
    ),
    max_leaves=8,
)
HALVES = [Fraction(place, 2) for place in range(-10, 11)]


@given(SETS, SETS)
def test_a_meet_has_what_is_in_both(left: RealSet, right: RealSet) -> None:
    both = left & right
    for value in HALVES:
        assert contains(both, value) is (contains(left, value) and contains(right, value))


@given(SETS, SETS)
def test_a_union_has_what_is_in_either(left: RealSet, right: RealSet) -> None:
    either = left | right
    for value in HALVES:
        assert contains(either, value) is (contains(left, value) or contains(right, value))


@given(SETS)
def test_stretches_are_in_order_and_do_not_touch(numbers: RealSet) -> None:
    for left, right in zip(numbers.stretches, numbers.stretches[1:], strict=False):
        assert left.high.size <= right.low.size
        assert not (left.high.size == right.low.size and (left.high_in or right.low_in))


@given(SETS)
def test_a_set_is_empty_when_nothing_is_in_it(numbers: RealSet) -> None:
    assert numbers.is_empty() is not any(contains(numbers, value) for value in HALVES)


@given(SETS)
def test_its_relations_say_what_is_in_it(numbers: RealSet) -> None:
    if numbers.is_empty():
        return
    said = numbers.relations(X)
    for value in HALVES:
        assert all(holds(part, {X: value}) for part in said) is contains(numbers, value)


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        ([EVERYTHING], []),
        ([simple(">", 0)], ["x > 0"]),
        ([simple(">=", 0) & simple("<", 2)], ["0 ≤ x < 2"]),
        ([simple("<", -1), simple(">", 1)], ["x < −1 or x > 1"]),
        ([simple("!=", 0)], ["x ≠ 0"]),
        ([simple("!=", 0) & simple("!=", 3)], ["x ≠ 0", "x ≠ 3"]),
        ([simple(">", 0) & simple("!=", 3)], ["x > 0", "x ≠ 3"]),
        ([simple("<", 0), simple(">", 0)], ["x ≠ 0"]),
        ([simple("<=", 0), simple(">", 0)], []),
        ([simple("=", 2)], ["x = 2"]),
        ([simple("=", 2), simple(">", 3)], ["x = 2 or x > 3"]),
    ],
)
def test_relations_are_as_short_as_can_be(sets: list[RealSet], said: list[str]) -> None:
    assert [one_line(part) for part in union(sets).relations(X)] == said


# ------------------------------------------------------------------------------------------------------ roots


@pytest.mark.parametrize(
    ("coefficients", "roots"),
    [
        ([-6, 2], [("3", 1)]),
        ([1, 3], [("−1/3", 1)]),
        ([-1, 0, 1], [("−1", 1), ("1", 1)]),
        ([1, -2, 1], [("1", 2)]),
        ([1, 0, 1], []),
        ([-2, 0, 1], [("−√2", 1), ("√2", 1)]),
        ([-1, -1, 1], [("(1−√5)/2", 1), ("(1+√5)/2", 1)]),
        ([-8, 0, 1], [("−2√2", 1), ("2√2", 1)]),
        ([-3, 0, 4], [("(−√3)/2", 1), ("√3/2", 1)]),
        ([0, -1, 0, 1], [("−1", 1), ("0", 1), ("1", 1)]),
        ([0, 0, 0, 1], [("0", 3)]),
        ([-1, 0, 0, 0, 1], [("−1", 1), ("1", 1)]),
        ([0, 1, 0, 0, 0, 1], [("0", 1)]),
        ([-2, 5, -4, 1], [("1", 2), ("2", 1)]),
        ([1, 0, 0, 0, 1], []),
    ],
)
def test_roots_are_found_exactly(coefficients: list[int], roots: list[tuple[str, int]]) -> None:
    polynomial = {power: Fraction(value) for power, value in enumerate(coefficients) if value}
    found = real_roots(polynomial)
    assert found is not None
    assert [(one_line(end.form), count) for end, count in found if end.form is not None] == roots


@pytest.mark.parametrize(
    ("coefficients", "roots"),
    [([-2, 0, 0, 1], ["∛2"]), ([2, 0, 0, 1], ["−∛2"]), ([-2, 0, 0, 0, 1], ["−root(2, 4)", "root(2, 4)"]),
     ([-1, 0, 0, 4], ["1/∛4"]), ([-2, 0, 0, 3], ["∛(2/3)"]), ([2, 0, 0, 0, 1], [])],
)  # fmt: skip
def test_roots_of_two_terms(coefficients: list[int], roots: list[str]) -> None:
    polynomial = {power: Fraction(value) for power, value in enumerate(coefficients) if value}
    found = real_roots(polynomial)
    assert found is not None
    assert [one_line(end.form) for end, _ in found if end.form is not None] == roots
    degree = len(coefficients) - 1
    for end, _ in found:
        assert float(end.size) ** degree == pytest.approx(-coefficients[0] / coefficients[-1])


@pytest.mark.parametrize("coefficients", [[1, 1, 0, 1], [-2, 2, 0, 1], [1, -3, 0, 1], [6, 0, -5, 0, 1]])
def test_roots_that_cannot_be_written_down_are_left(coefficients: list[int]) -> None:
    polynomial = {power: Fraction(value) for power, value in enumerate(coefficients) if value}
    assert real_roots(polynomial) is None


@given(st.lists(st.fractions(-4, 4, max_denominator=4), min_size=1, max_size=5), st.integers(1, 5))
def test_a_product_of_linear_factors_has_their_roots(roots: list[Fraction], leading: int) -> None:
    coefficients = [Fraction(leading)]
    for value in roots:
        shifted = [Fraction(0), *coefficients]
        coefficients = [
            higher - value * lower
            for higher, lower in zip(shifted, [*coefficients, Fraction(0)], strict=True)
        ]
    polynomial = {power: value for power, value in enumerate(coefficients) if value}
    found = real_roots(polynomial)
    if found is None:  # the outer coefficients are too large to try all their divisors
        return
    assert [(end.size, count) for end, count in found] == [
        (value, roots.count(value)) for value in sorted(set(roots))
    ]


def test_ends_that_are_close_are_told_apart() -> None:
    low, high = 10**17, 10**17 + 1
    assert not (simple(">", low) & simple("<", high)).is_empty()
    assert (simple(">=", high) & simple("<=", low)).is_empty()
