"""Forms: equal ones are one object, none outlives its last user, and no walk over them recurses."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import weakref
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcalc.notation import forms
from stepcalc.notation.forms import (
    E,
    Form,
    add,
    call,
    constant,
    depth,
    derived,
    divide,
    fold,
    from_table,
    goal,
    letter,
    letters_of,
    logic,
    multiply,
    negate,
    number,
    postorder,
    power,
    rational,
    rebuild,
    reference,
    relation,
    root,
    size,
    subtract,
    to_table,
    vector,
    with_args,
)

X, Y = letter("x"), letter("y")

MAKERS: list[Callable[[], Form]] = [
    lambda: number(7),
    lambda: number(Fraction(1, 8)),
    lambda: letter("q", (("real", True),), 3),
    lambda: constant("pi"),
    lambda: add(X, Y),
    lambda: multiply(X, Y),
    lambda: divide(X, Y),
    lambda: power(X, Y),
    lambda: root(X),
    lambda: call("sin", X),
    lambda: derived("f", (1, 0), X, Y),
    lambda: vector(X, Y),
    lambda: relation("<", X, Y),
    lambda: logic("and", relation("<", X, Y), relation(">", X, Y)),
    lambda: goal(X, Y),
    lambda: reference(3),
]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make().head)
def test_equal_forms_are_one_object(make: Callable[[], Form]) -> None:
    assert make() is make()


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make().head)
def test_a_form_is_copied_and_pickled_as_itself(make: Callable[[], Form]) -> None:
    form = make()
    assert copy.copy(form) is form
    assert copy.deepcopy(form) is form
    assert copy.deepcopy([form, {form: form}])[0] is form
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(form, protocol)) is form
    assert from_table(to_table(form)) is form


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make().head)
def test_a_form_does_not_change(make: Callable[[], Form]) -> None:
    form = make()
    with pytest.raises(AttributeError):
        form.label = 3
    with pytest.raises(AttributeError):
        del form.args
    with pytest.raises(TypeError):
        Form()
    with pytest.raises(AttributeError):
        form.other = 1  # type: ignore[attr-defined]


def test_order_and_grouping_make_other_forms() -> None:
    different = [
        add(X, Y),
        add(Y, X),
        add(X, add(X, Y)),
        add(X, X, Y),
        multiply(X, Y),
        vector(X, Y),
        divide(X, Y),
    ]
    assert len(set(different)) == len(different)
    assert number(2) is not number(Fraction(5, 2))
    assert letter("x") is not letter("x", (("real", True),))
    assert letter("x", (), 1) is not letter("x", (), 2)


def test_the_table_forgets_what_nobody_uses() -> None:
    gc.collect()
    before = len(forms._TABLE)
    kept = add(*(power(X, number(k)) for k in range(1000, 2000)))
    assert len(forms._TABLE) >= before + 1990
    watch = weakref.ref(kept)
    del kept
    gc.collect()
    assert watch() is None
    assert len(forms._TABLE) <= before + 5


def test_a_derivation_leaves_nothing_behind() -> None:
    import stepcalc

    def ask() -> None:
        derivation = stepcalc.diff("x^17 sin(x^19 + 23) + 29 ln(x^31)")
        derivation.verify()
        str(derivation)

    ask()
    gc.collect()
    before = len(forms._TABLE)
    for _ in range(3):
        ask()
    gc.collect()
    assert len(forms._TABLE) <= before


# ---------------------------------------------------------------------------------------------- constructors


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (add(), number(0)),
        (add(X), X),
        (multiply(), number(1)),
        (multiply(X), X),
        (number(Fraction(4, 2)), number(2)),
        (number(Fraction(1, 3)), divide(number(1), number(3))),
        (rational(Fraction(-1, 2)), negate(divide(number(1), number(2)))),
        (rational(Fraction(6, 3)), number(2)),
        (negate(negate(X)), X),
        (negate(number(3)), number(-3)),
        (negate(multiply(number(2), X)), multiply(number(-2), X)),
        (negate(multiply(number(-1), X, Y)), multiply(X, Y)),
        (subtract(X, Y), add(X, negate(Y))),
        (power(E, X), call("exp", X)),
        (root(X), root(X, number(2))),
        (with_args(add(X, Y), (Y, X)), add(Y, X)),
        (rebuild(call("sin", add(X, Y)), {X: Y, Y: X}), call("sin", add(Y, X))),
    ],
)
def test_constructors_do_the_least(found: Form, wanted: Form) -> None:
    assert found is wanted


@given(st.integers(-(10**50), 10**50))
def test_a_numeral_is_an_integer(value: int) -> None:
    assert number(value).label == value
    assert number(True).label == 1
    assert type(number(True).label) is int


# ----------------------------------------------------------------------------------------------------- walks

DEEP = 20_000


def deep() -> Form:
    form: Form = X
    for _ in range(DEEP):
        form = call("sin", form)
    return form


WALKS: list[Callable[[Form], Any]] = [
    depth, size, letters_of, to_table, hash, repr, copy.deepcopy, lambda form: list(postorder(form)),
    lambda form: rebuild(form, {X: Y}), lambda form: fold(form, lambda node, parts: len(parts)),
    lambda form: pickle.loads(pickle.dumps(form)), lambda form: form == add(form, X),
    lambda form: {form: 1}[form],
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(WALKS)))
def test_no_walk_recurses(place: int) -> None:
    assert sys.getrecursionlimit() <= DEEP / 2
    WALKS[place](deep())


def test_a_deep_form_is_let_go_without_recursion() -> None:
    form = deep()
    watch = weakref.ref(form.args[0])
    del form
    gc.collect()
    assert watch() is None


def test_each_node_is_visited_once_and_arguments_first() -> None:
    form: Form = X
    for _ in range(200):
        form = add(form, form)
    nodes = list(postorder(form))
    assert len(nodes) == 201
    assert nodes[0] is X
    assert nodes[-1] is form
    assert size(form) == 2**201 - 1
    assert depth(form) == 201


def test_postorder_of_several_roots_visits_what_they_share_once() -> None:
    nodes = list(postorder(add(X, Y), multiply(X, Y), X))
    assert [node.head for node in nodes] == ["letter", "letter", "sum", "product"]


def test_a_table_has_a_row_for_each_form() -> None:
    form = add(power(X, number(2)), power(X, number(2)), X)
    assert to_table(form) == (
        ("letter", ("x", (), 0), ()),
        ("number", 2, ()),
        ("power", None, (0, 1)),
        ("sum", None, (2, 2, 0)),
    )
