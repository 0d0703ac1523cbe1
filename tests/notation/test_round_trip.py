"""Every one-line text that StepCalc prints is read back as the same form."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepcalc.notation.forms import (
    MINUS_ONE,
    TRUE,
    Form,
    add,
    call,
    column,
    constant,
    derived,
    divide,
    goal,
    letter,
    logic,
    matrix,
    multiply,
    number,
    postorder,
    power,
    reference,
    relation,
    root,
    sparse_matrix,
    vector,
)
from stepcalc.notation.functions import FUNCTIONS
from stepcalc.notation.limits import Limits
from stepcalc.notation.operators import OPERATORS
from stepcalc.notation.reader import read_text
from stepcalc.notation.unicode import one_line

NAMES = (
    *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "alpha", "beta", "gamma", "theta", "lambda", "mu", "psi", "Gamma", "Omega", "zeta",
    "x_1", "x_12", "x_max", "theta_1", "w12", "x1", "e_1", "x_1a", "f_1",
    "mass", "sin", "log", "pi", "ii", "oo", "in", "and", "or", "true", "a b", "x'", 'say "x"', "é", "漢",
    "x_", "_", "lamda",
)  # fmt: skip

letters = st.sampled_from(NAMES).map(letter)
plain_letters = st.sampled_from("xyzabcn").map(letter)
whole_numbers = st.integers(0, 12) | st.integers(0, 10**20)
decimals = st.builds(Fraction, st.integers(1, 10**6), st.sampled_from([2, 4, 8, 5, 10, 100, 1000]))
numbers = (whole_numbers | decimals).map(number)
signed_numbers = numbers | (st.integers(-12, -1) | decimals.map(lambda value: -value)).map(number)
constants = st.sampled_from(["pi", "e", "i", "infinity", "euler_gamma", "undefined"]).map(constant)
leaves = plain_letters | letters | signed_numbers | constants | st.integers(1, 40).map(reference)

ONE_ARGUMENT = sorted(name for name, entry in FUNCTIONS.items() if entry.arities == (1,))
TWO_ARGUMENTS = sorted(name for name, entry in FUNCTIONS.items() if 2 in entry.arities)
SIGNS = ["=", "!=", "<", "<=", ">", ">="]


def relations(parts: st.SearchStrategy[Form]) -> st.SearchStrategy[Form]:
    """Relations between expressions, and logic of them."""
    sets = st.sampled_from(["integers", "nonpositive_integers"]).map(constant)
    single = st.builds(relation, st.sampled_from(SIGNS), parts, parts) | st.builds(
        relation, st.sampled_from(["in", "not in"]), parts, sets
    )
    return st.recursive(
        single | st.just(TRUE),
        lambda inner: (
            st.builds(
                lambda connective, items: logic(connective, *items),
                st.sampled_from(["and", "or"]),
                st.lists(inner, min_size=2, max_size=3),
            )
            | inner.map(lambda item: logic("not", item))
        ),
        max_leaves=4,
    )


@st.composite
def larger(draw: st.DrawFn, parts: st.SearchStrategy[Form]) -> Form:
    """Something that can be made of smaller expressions."""
    several = st.lists(parts, min_size=2, max_size=4)
    branches = st.lists(st.builds(vector, parts, relations(parts)), min_size=1, max_size=3)
    ways = st.one_of(
        several.map(lambda terms: add(*terms)),
        several.map(lambda factors: multiply(*factors)),
        several.map(lambda factors: multiply(MINUS_ONE, *factors)),
        parts.map(lambda part: multiply(MINUS_ONE, part)),
        st.builds(divide, parts, parts),
        st.builds(power, parts, parts),
        st.builds(power, parts, signed_numbers),
        st.builds(root, parts),
        st.builds(root, parts, st.sampled_from([3, 4, 7]).map(number)),
        st.builds(root, parts, parts),
        st.builds(call, st.sampled_from(ONE_ARGUMENT), parts),
        st.builds(call, st.sampled_from(["exp", "sin", "log", "abs", "f", "F", "my f", "factorial"]), parts),
        st.builds(call, st.sampled_from(TWO_ARGUMENTS), parts, parts),
        st.lists(parts, min_size=1, max_size=3).map(lambda items: call("max", *items)),
        st.builds(call, st.sampled_from(["g", "G"]), parts, parts),
        st.builds(lambda orders, part: derived("f", (orders,), part), st.integers(1, 5), parts),
        st.builds(lambda name, part: derived(name, (1, 2), part, part), st.sampled_from(["g", "F"]), parts),
        st.builds(lambda part, by: goal(part, *by), parts, st.lists(letters, min_size=1, max_size=1)),
        st.builds(lambda part, by: goal(part, by, by), parts, letters),
        st.builds(
            lambda part, by: goal(part, *by, kind="partial"), parts, st.lists(letters, min_size=1, max_size=3)
        ),
        st.builds(
            lambda part, by, low, high: call("integral", part, by, low, high), parts, letters, parts, parts
        ),
        branches.map(lambda items: call("piecewise", *items)),
    )
    return draw(ways)


expressions = st.recursive(leaves, larger, max_leaves=12)
vectors = st.lists(expressions, min_size=1, max_size=3).map(lambda items: vector(*items))
rows = st.integers(2, 3).flatmap(
    lambda count: st.lists(st.lists(expressions, min_size=count, max_size=count), min_size=1, max_size=2)
)
places = st.tuples(st.integers(0, 11), st.integers(0, 11))
matrices = (
    rows.map(matrix)
    | st.lists(expressions, min_size=1, max_size=3).map(column)
    | st.dictionaries(places, expressions, max_size=3).map(lambda entries: sparse_matrix(12, 12, entries))
)
operators = st.builds(
    lambda name, subject, by: call(name, subject, *by),
    st.sampled_from(sorted(OPERATORS.keys() - {"directional"})),
    expressions | vectors,
    st.lists(letters, min_size=1, max_size=3),
) | st.builds(
    lambda subject, arrow, by: call("directional", subject, arrow, *by),
    expressions, vectors, st.lists(letters, min_size=1, max_size=3),
)  # fmt: skip
everything = (
    expressions
    | matrices
    | operators
    | vectors
    | relations(expressions)
    | st.lists(vectors, min_size=1, max_size=2).map(lambda rows: vector(*rows))
)


def read_back(text: str, functions: Collection[str]) -> Form:
    """The form that is read, whatever it is."""
    reading = read_text(
        text,
        undefined=functions,
        limits=Limits(digits=inf, hyperbolic=1000),  # type: ignore[arg-type]
        vector=True,
        relations=True,
        references=True,
        operators=True,
    )
    return reading.form


@pytest.mark.parametrize("ascii", [False, True], ids=["unicode", "ascii"])
@given(form=everything)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_printed_form_is_read_back(form: Form, ascii: bool) -> None:
    text = one_line(form, ascii=ascii)
    functions = (
        {node.name for node in postorder(form) if node.head in ("call", "derived")}
        - FUNCTIONS.keys()
        - OPERATORS.keys()
    )
    # A text that is nothing but d/dx[...] asks for that derivative, and is read as what is inside.
    inside = form.head == "goal" and len(set(form.args[1:])) == 1
    assert not ascii or text.isascii()
    assert read_back(text, functions) is (form.args[0] if inside else form), text
