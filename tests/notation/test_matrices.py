"""Matrices and the operators of vector calculus in every way of writing, and what cannot be read of them."""

from __future__ import annotations

import pytest

from stepcalc.errors import ReadError
from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import (
    ONE,
    TWO,
    Form,
    add,
    call,
    column,
    goal,
    letter,
    multiply,
    negate,
    power,
    sparse_matrix,
)
from stepcalc.notation.latex import latex
from stepcalc.notation.operators import named
from stepcalc.notation.reader import read_text
from stepcalc.notation.speech import spoken
from stepcalc.notation.twodim import display
from stepcalc.notation.unicode import one_line, spans

X, Y = letter("x"), letter("y")


def read(text: str) -> Form:
    return read_text(text, operators=True).form


def test_matrix_stands_in_brackets_as_tall_as_it_is() -> None:
    shown = display(read("matrix([2x y, x^2], [5, cos y])"), 80)
    assert list(shown.lines) == ["⎡ 2xy   x²     ⎤", "⎢              ⎥", "⎣ 5     cos(y) ⎦"]


def test_sparse_matrix_shows_its_noughts() -> None:
    shown = display(sparse_matrix(4, 4, {(0, 1): X}), 80)
    assert shown.lines[0] == "⎡ 0   x   0   0 ⎤"
    assert one_line(sparse_matrix(4, 4, {(0, 1): X})) == "sparse(4, 4, (1, 2, x))"


def test_column_is_told_from_a_row() -> None:
    assert one_line(column([X, Y])) == "column(x, y)"
    assert one_line(read("matrix([x, y])")) == "matrix([x, y])"


def test_matrix_in_latex() -> None:
    assert latex(column([X, Y])) == r"\begin{bmatrix} x \\ y \end{bmatrix}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gradient(x^2 y, x, y)", "∇[x² y]"),
        ("laplacian(x^2 y, x, y)", "Δ[x² y]"),
        ("divergence((x, y), x, y)", "div(x, y)"),
        ("jacobian((x, y), x, y)", "J(x, y)"),
        ("hessian(x y, x, y)", "H[xy]"),
        ("directional(x y, (3, 4), x, y)", "D_(3, 4)[xy]"),
    ],
)
def test_operators_have_their_signs_where_nothing_is_read_back(text: str, shown: str) -> None:
    form = read(text)
    assert "\n".join(display(form, 80).lines) == shown
    assert read(one_line(form)) is form


def test_function_is_named_without_its_arguments() -> None:
    first = goal(named("F_1"), X, kind="partial")
    assert spans(first, symbolic=True) == [("∂F₁/∂x", False)]
    assert latex(first) == r"\frac{\partial F_{1}}{\partial x}"
    assert spans(call("gradient", named("f")), symbolic=True) == [("∇f", False)]


@pytest.mark.parametrize("text", ["matrix([x, y], [x])", "matrix(x)", "sparse(2)", "sparse(2, 2, (3, 1, x))"])
def test_matrix_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ReadError, match="Write a matrix as"):
        read(text)


def test_matrices_are_not_read_unasked() -> None:
    with pytest.raises(ReadError):
        read_text("column(x, y)")


LAYERED = [
    # the name, as it is shown, in LaTeX, as it is spoken
    ("W^(1)_21", "W⁽¹⁾₂₁", "W^{(1)}_{21}", "capital w of layer 1 sub 2 1"),
    ("z^(1)_12", "z⁽¹⁾₁₂", "z^{(1)}_{12}", "z of layer 1 sub 12"),
    ("delta^(12)", "δ⁽¹²⁾", r"\delta^{(12)}", "delta of layer 12"),
    ("a^(2)_3,14", "a⁽²⁾₃,₁₄", "a^{(2)}_{3,14}", "a of layer 2 sub 3 14"),
]


@pytest.mark.parametrize(("name", "shown", "tex", "said"), LAYERED)
def test_letters_of_layers(name: str, shown: str, tex: str, said: str) -> None:
    form = letter(name)
    assert "".join(text for text, _ in spans(form, symbolic=True)) == shown
    assert latex(form) == tex
    assert spoken(form) == said
    assert read_text(one_line(form)).form is form
    squared = power(form, TWO)
    assert "".join(text for text, _ in spans(squared, symbolic=True)) == f"({shown})²"
    assert latex(squared) == f"({tex})^{{2}}"
    assert read_text(one_line(squared)).form is squared


def test_signs_between_matrices() -> None:
    w, d, a = letter("W^(2)"), letter("delta^(2)"), letter("a^(1)")
    back = call("hadamard", multiply(call("transposed", w), d), add(ONE, negate(power(a, TWO))))
    assert "".join(text for text, _ in spans(back, symbolic=True)) == "((W⁽²⁾)ᵀδ⁽²⁾) ∘ (1 − (a⁽¹⁾)²)"
    plain = "".join(text for text, _ in spans(back, symbolic=True, ascii=True))
    assert plain == "((W^(2))^T*delta^(2)) o (1 - (a^(1))^2)"
    assert combine(back) is back
