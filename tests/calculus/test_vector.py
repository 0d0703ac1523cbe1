"""Derivatives of functions of several variables: results, checks, laws between them, bad input."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stepcalc
from stepcalc.calculus.at_points import report_at
from stepcalc.errors import NotDerivableError, ReadError, UsageError
from stepcalc.notation.forms import Form, letter, number
from tests.calculus.vector_functions import HESSIANS, JACOBIANS


def parts_of(text: str) -> list[sympy.Expr]:
    """The components of a map, read one by one."""
    from stepcalc.notation.reader import read_text
    from stepcalc.notation.values import value

    return [value(part) for part in read_text(text, vector=True).form.args]


def is_zero(difference: sympy.Matrix) -> bool:
    """Whether every entry is 0, by numbers at three points."""
    letters = sorted(difference.free_symbols, key=str)
    for shift in (0, 1, 2):
        point = {name: sympy.Rational(3 + 2 * place + shift, 7) for place, name in enumerate(letters)}
        if any(abs(entry.subs(point).evalf(30)) > 1e-20 for entry in difference):
            return False
    return True


# thirty functions from texts


@pytest.mark.parametrize("name", JACOBIANS)
def test_jacobian_verifies_and_agrees_with_sympy(name: str) -> None:
    text, letters = JACOBIANS[name]
    derivation = stepcalc.jacobian(text, letters.split(","))
    assert derivation.verify().status == "checked"
    expected = sympy.Matrix(parts_of(text)).jacobian(sympy.symbols(letters))
    assert is_zero(derivation.result - expected)


@pytest.mark.parametrize("name", HESSIANS)
def test_hessian_verifies_and_agrees_with_sympy(name: str) -> None:
    text, letters = HESSIANS[name]
    derivation = stepcalc.hessian(text, letters.split(","))
    assert derivation.verify().status == "checked"
    expected = sympy.hessian(stepcalc.read(text), sympy.symbols(letters))
    assert is_zero(sympy.Matrix(derivation.result) - expected)


# laws between the operators

X, Y, Z = sympy.symbols("x y z")
SPACE = ["x", "y", "z"]
small = st.integers(1, 4)


@st.composite
def expressions(draw: st.DrawFn) -> sympy.Expr:
    """Smooth functions of x, y and z."""
    atoms = st.sampled_from([X, Y, Z]) | small.map(sympy.Integer)
    grown = st.recursive(
        atoms,
        lambda part: st.one_of(
            st.builds(lambda a, b: a + b, part, part),
            st.builds(lambda a, b: a * b, part, part),
            st.builds(lambda a, n: a**n, part, small),
            st.builds(lambda function, a: function(a), st.sampled_from([sympy.sin, sympy.cos]), part),
            st.builds(lambda a: sympy.exp(-(a**2)), part),
        ),
        max_leaves=6,
    )
    return draw(grown)


tried = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(expressions())
@tried
def test_gradient_is_the_transpose_of_the_jacobian(f: sympy.Expr) -> None:
    assert stepcalc.gradient(f, SPACE).result == stepcalc.jacobian([f], SPACE).result.T


@given(expressions())
@tried
def test_gradient_in_one_pass_is_the_gradient_one_by_one(f: sympy.Expr) -> None:
    backward = stepcalc.gradient(f, SPACE, reverse=True)
    assert is_zero(backward.result - stepcalc.gradient(f, SPACE, reverse=False).result)
    assert backward.verify().status in ("checked", "unchecked")


@given(expressions())
@tried
def test_hessian_is_the_jacobian_of_the_gradient(f: sympy.Expr) -> None:
    gradient = stepcalc.gradient(f, SPACE).result
    again = stepcalc.jacobian(list(gradient), SPACE).result
    assert is_zero(sympy.Matrix(stepcalc.hessian(f, SPACE).result) - again)


@given(expressions())
@tried
def test_laplacian_is_the_trace_of_the_hessian(f: sympy.Expr) -> None:
    trace = sympy.Matrix(stepcalc.hessian(f, SPACE).result).trace()
    assert is_zero(sympy.Matrix([stepcalc.laplacian(f, SPACE).result - trace]))


@given(expressions())
@tried
def test_order_of_mixed_partials_does_not_matter(f: sympy.Expr) -> None:
    one, other = stepcalc.partial(f, "x", "y").result, stepcalc.partial(f, "y", "x").result
    assert is_zero(sympy.Matrix([one - other]))


@given(expressions())
@tried
def test_curl_of_a_gradient_and_divergence_of_a_curl_are_zero(f: sympy.Expr) -> None:
    gradient = list(stepcalc.gradient(f, SPACE).result)
    assert is_zero(stepcalc.curl(gradient, SPACE).result)
    field = [f * Y, f + Z, f * X]
    curl = list(stepcalc.curl(field, SPACE).result)
    assert is_zero(sympy.Matrix([stepcalc.divergence(curl, SPACE).result]))


def test_directional_derivative_is_the_gradient_times_the_unit_vector() -> None:
    derivation = stepcalc.directional("x^2 y", "1, 1", ["x", "y"])
    assert sympy.simplify(derivation.result - (2 * X * Y + X**2) / sympy.sqrt(2)) == 0


# shapes and kinds of results


def test_results_are_matrices_in_numerator_layout() -> None:
    assert stepcalc.gradient("x y z").result.shape == (3, 1)
    assert stepcalc.jacobian("x y z", SPACE).result.shape == (1, 3)
    assert stepcalc.jacobian("x, x y, x y z, 5", SPACE).result.shape == (4, 3)
    assert stepcalc.curl("y, z, x", SPACE).result.shape == (3, 1)


def test_hessian_is_a_sparse_matrix() -> None:
    assert isinstance(stepcalc.hessian("x^2 + y^2 + z^2").result, sympy.ImmutableSparseMatrix)


def test_derivation_with_a_matrix_reads_back_from_json() -> None:
    derivation = stepcalc.hessian("x^2 y + z")
    again = stepcalc.Derivation.from_json(derivation.to_json())
    assert again.answer is derivation.answer
    assert again.verify()


# at a point


def at(derivation: stepcalc.Derivation, **values: int) -> str:
    point: dict[Form, Form] = {letter(name): number(value) for name, value in values.items()}
    return report_at(derivation, point).verdict


@pytest.mark.parametrize(
    ("text", "point", "words"),
    [
        ("x^2 + y^2", (0, 0), "local minimum"),
        ("-x^2 - 3y^2", (0, 0), "local maximum"),
        ("x^2 - y^2", (0, 0), "saddle"),
        ("x y", (0, 0), "saddle"),
        ("x^4 + y^4", (0, 0), "inconclusive"),
        ("x^2 + y^4", (0, 0), "inconclusive"),
        ("x^2 + y^2", (1, 0), "no critical point"),
        ("(1 - x)^2 + 100(y - x^2)^2", (1, 1), "local minimum"),
        ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", (3, 2), "local minimum"),
        ("x^3 - 3x y^2", (0, 0), "inconclusive"),
        ("a x^2 + y^2", (0, 0), "cannot be said"),
    ],
)
def test_kind_of_point(text: str, point: tuple[int, int], words: str) -> None:
    derivation = stepcalc.hessian(text, ["x", "y"])
    assert words in at(derivation, x=point[0], y=point[1])


def test_saddle_in_space_with_a_vanishing_minor_is_found_by_the_eigenvalues() -> None:
    assert "saddle" in at(stepcalc.hessian("x y + z^2"), x=0, y=0, z=0)


def test_tangent_plane() -> None:
    found = report_at(stepcalc.gradient("x^2 + y^2"), {letter("x"): number(1), letter("y"): number(2)})
    plane = next(fact.form for fact in found.facts if fact.role == "plane")
    from stepcalc.notation.values import value

    assert plane is not None
    assert sympy.expand(value(plane) - (2 * X + 4 * Y - 5)) == 0


def test_point_outside_the_domain_is_refused() -> None:
    with pytest.raises(UsageError, match="not in the domain"):
        at(stepcalc.gradient("ln(x y)"), x=0, y=1)


def test_point_without_a_value_for_a_letter_is_refused() -> None:
    with pytest.raises(UsageError, match="x=1,y=1"):
        at(stepcalc.gradient("x y"), x=0)


# bad input


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: stepcalc.partial("x y"), "--wrt"),
        (lambda: stepcalc.gradient("7"), "--wrt"),
        (lambda: stepcalc.divergence("x, y, z", ["x", "y"]), "one component for each letter"),
        (lambda: stepcalc.divergence("x y", ["x", "y"]), "one component for each letter"),
        (lambda: stepcalc.curl("x, y", ["x", "y"]), "three components"),
        (lambda: stepcalc.directional("x y", "0, 0", ["x", "y"]), "length 0"),
        (lambda: stepcalc.directional("x y", "1, 2, 3", ["x", "y"]), "one component for each letter"),
        (lambda: stepcalc.gradient("x y", ["x", "2y"]), "letter"),
    ],
)
def test_bad_question_is_answered_in_words(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(UsageError, match=words):
        call()


def test_unreadable_component_says_where() -> None:
    with pytest.raises(ReadError) as caught:
        stepcalc.jacobian("x y, sin(", ["x", "y"])
    assert caught.value.start is not None


def test_function_without_a_rule_is_named() -> None:
    with pytest.raises(NotDerivableError, match="dirac"):
        stepcalc.gradient("x dirac(y)")


def test_letter_that_does_not_occur_has_partial_zero_and_it_is_said() -> None:
    derivation = stepcalc.partial("x^2", "z")
    assert derivation.result == 0
    assert any("z does not occur" in note for note in derivation.question.notes)
    assert derivation.verify()


def test_a_large_jacobian_is_sparse_and_derives_what_need_not_vanish() -> None:
    letters = [f"x_{place}" for place in range(1, 31)]
    derivation = stepcalc.jacobian(", ".join(f"{name}^2" for name in letters), letters)
    assert isinstance(derivation.result, sympy.ImmutableSparseMatrix)
    assert derivation.result == sympy.diag(*(2 * sympy.Symbol(name) for name in letters))
    assert len(derivation.stages[0].substeps) == 30
    assert derivation.verify()
    assert stepcalc.Derivation.from_json(derivation.to_json()).verify()


def test_entries_that_differ_in_the_numbers_of_letters_are_tidied_alike() -> None:
    x = sympy.symbols("x0:12")
    valley = sum(100 * (x[k + 1] - x[k] ** 2) ** 2 + (1 - x[k]) ** 2 for k in range(11))
    derivation = stepcalc.hessian(valley, x)
    assert sympy.Matrix(derivation.result) == sympy.hessian(valley, x).applyfunc(sympy.expand)
    assert derivation.verify()


def test_the_hessian_of_a_function_of_a_hundred_letters_is_checked() -> None:
    x = sympy.symbols("x0:100")
    valley = sympy.Add(*[100 * (x[k + 1] - x[k] ** 2) ** 2 + (1 - x[k]) ** 2 for k in range(99)])
    assert stepcalc.hessian(valley, x).verify().status == "checked"


@pytest.mark.parametrize("ask", ["partial", "gradient", "hessian", "laplacian", "taylor", "diff"])
def test_letters_are_given_one_by_one_or_in_a_list_or_in_a_text(ask: str) -> None:
    find = getattr(stepcalc, ask)
    options = {"order": 1} if ask == "taylor" else {}
    x, y = sympy.symbols("x y")
    expected = find("x^2 y^3", "x", "y", **options).result
    for letters in (["x", "y"], ("x", "y"), [x, y], "x, y", sympy.Matrix([x, y]), sympy.Tuple(x, y)):
        assert find("x^2 y^3", letters, **options).result == expected
    assert find("x^2 y^3", letters=["x", "y"], **options).result == expected


def test_other_functions_take_letters_in_the_same_ways() -> None:
    assert stepcalc.jacobian("x y, x", "x", "y").result == stepcalc.jacobian("x y, x", ["x", "y"]).result
    assert stepcalc.divergence("x^2, y", "x", "y").result == stepcalc.divergence("x^2, y", "x,y").result
    assert stepcalc.curl("y, x, z", "x", "y", "z").result == stepcalc.curl("y, x, z", ["x", "y", "z"]).result
    towards = stepcalc.directional("x y", "3, 4", ["x", "y"]).result
    assert stepcalc.directional("x y", "3, 4", "x", "y").result == towards
    system = "F = (u v, u); u = x; v = y"
    assert stepcalc.total(system, "x", "y").result == stepcalc.total(system, ["x", "y"]).result
    parts = stepcalc.total("x^2", "t", {"x": "cos t"}).result
    assert parts == stepcalc.total("x^2", ["t"], where={"x": "cos t"}).result
    critical = stepcalc.critical("x^2 + x y + y^2", "x", "y")
    assert critical.letters == stepcalc.critical("x^2 + x y + y^2", ["x", "y"]).letters
    found = stepcalc.newton("x^2 + y^2 = 4, x y = 1", "2,1", "x", "y")
    assert found.letters == stepcalc.newton("x^2 + y^2 = 4, x y = 1", "2,1", "x, y").letters
