"""What forms look like: on one line, in two dimensions, in LaTeX."""

from __future__ import annotations

from fractions import Fraction
from time import process_time

import pytest

from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    PI,
    TRUE,
    TWO,
    ZERO,
    E,
    Form,
    add,
    call,
    constant,
    derived,
    divide,
    exp,
    goal,
    letter,
    logic,
    make,
    multiply,
    negate,
    number,
    power,
    reference,
    relation,
    root,
    subtract,
    vector,
)
from stepcalc.notation.latex import latex
from stepcalc.notation.names import letter_text, numeral
from stepcalc.notation.twodim import display, fits, two_dimensional
from stepcalc.notation.unicode import can_encode, one_line, spans

x, y, t, a, b, f, n = (letter(name) for name in "xytabfn")
THREE = number(3)


def sin(u: Form) -> Form:
    return call("sin", u)


def cos(u: Form) -> Form:
    return call("cos", u)


def ln(u: Form) -> Form:
    return call("log", u)


def square(u: Form) -> Form:
    return power(u, TWO)


def d_dx(u: Form) -> Form:
    return goal(u, x)


INNER = add(square(x), ONE)

BOARD = [
    (multiply(x, add(multiply(TWO, sin(x)), multiply(x, cos(x)))), "x (2 sin(x) + x cos(x))"),
    (divide(subtract(ONE, ln(x)), square(x)), "(1 − ln(x))/x²"),
    (multiply(TWO, x, exp(sin(INNER)), cos(INNER)), "2x e^(sin(x²+1))·cos(x²+1)"),
    (multiply(exp(x), subtract(cos(x), sin(x))), "e^x (cos(x) − sin(x))"),
    (multiply(number(-2), exp(x), sin(x)), "−2 e^x sin(x)"),
    (add(multiply(TWO, a, x), b), "2ax + b"),
    (divide(d_dx(INNER), INNER), "d/dx[x²+1]/(x²+1)"),
    (d_dx(add(exp(sin(INNER)), ln(INNER))), "d/dx[e^(sin(x²+1)) + ln(x²+1)]"),
    (
        relation(
            "=",
            d_dx(multiply(square(x), sin(x))),
            add(multiply(d_dx(square(x)), sin(x)), multiply(square(x), d_dx(sin(x)))),
        ),
        "d/dx[x² sin(x)] = d/dx[x²]·sin(x) + x²·d/dx[sin(x)]",
    ),
    (multiply(square(x), y), "x² y"),
    (subtract(ONE, divide(power(x, THREE), THREE)), "1 − x³/3"),
]


@pytest.mark.parametrize(("form", "text"), BOARD, ids=[text for _, text in BOARD])
def test_one_line_reads_like_the_board(form: Form, text: str) -> None:
    assert one_line(form) == text


SIGNS = [
    (negate(divide(x, TWO)), "−x/2"),
    (divide(negate(x), TWO), "(−x)/2"),
    (negate(multiply(TWO, x)), "−2x"),
    (multiply(MINUS_ONE, THREE), "−1·3"),
    (multiply(MINUS_ONE, THREE, x), "−1·3x"),
    (make("product", None, (MINUS_ONE, multiply(a, b))), "−(ab)"),
    (multiply(x, number(-2)), "x·(−2)"),
    (subtract(x, multiply(MINUS_ONE, THREE)), "x + 3"),
    (add(x, number(-3)), "x − 3"),
    (add(x, multiply(MINUS_ONE, THREE)), "x − 1·3"),
    (add(add(a, b), t), "(a+b) + t"),
    (add(negate(a), negate(multiply(b, sin(x)))), "−a − b sin(x)"),
    (power(number(-1), TWO), "(−1)²"),
    (power(negate(x), TWO), "(−x)²"),
    (negate(square(x)), "−x²"),
    (exp(negate(x)), "e^(−x)"),
]


@pytest.mark.parametrize(("form", "text"), SIGNS, ids=[text for _, text in SIGNS])
def test_minus_signs_are_told_apart(form: Form, text: str) -> None:
    assert one_line(form) == text


NEIGHBOURS = [
    (multiply(letter("p"), letter("i")), "p·i"),
    (multiply(letter("x"), letter("i")), "x·i"),
    (multiply(TWO, E, THREE), "2e·3"),
    (sin(add(multiply(TWO, E), THREE)), "sin(2e + 3)"),
    (multiply(letter("e"), x), '"e"·x'),
    (multiply(f, add(x, ONE)), "f·(x+1)"),
    (multiply(x, add(x, ONE)), "x (x+1)"),
    (multiply(add(x, ONE), add(x, TWO)), "(x+1)(x+2)"),
    (multiply(x, call("f", x)), "x f(x)"),
    (multiply(letter("gamma"), add(x, ONE)), "γ·(x+1)"),
    (multiply(call("abs", x), call("abs", y)), "|x|·|y|"),
    (call("abs", subtract(call("abs", x), ONE)), "abs(|x| − 1)"),
    (multiply(root(TWO), x), "√2·x"),
    (root(multiply(TWO, x)), "√(2x)"),
    (square(root(x)), "(√x)²"),
    (multiply(divide(a, b), t), "(a/b)·t"),
    (divide(ONE, multiply(TWO, x)), "1/(2x)"),
    (multiply(x, letter("w12"), y), "x·w12·y"),
    (multiply(letter("theta"), letter("x_1")), "θx₁"),
    (multiply(TWO, letter("e1")), "2·e1"),
    (multiply(TWO, PI, x), "2πx"),
    (multiply(power(x, a), power(x, b)), "x^a·x^b"),
    (multiply(a, power(TWO, x)), "a·2^x"),
    (multiply(sin(x), x), "sin(x)·x"),
    (multiply(TWO, reference(3)), "2·[3]"),
    (multiply(constant("i"), x), "ⅈ·x"),
    (multiply(square(f), add(x, ONE)), "f²·(x+1)"),
    (root(x, reference(3)), "root(x, [3])"),
]


@pytest.mark.parametrize(("form", "text"), NEIGHBOURS, ids=[text for _, text in NEIGHBOURS])
def test_neighbours_are_not_read_together(form: Form, text: str) -> None:
    assert one_line(form) == text


POWERS = [
    (power(x, n), "xⁿ"),
    (power(x, number(-2)), "x⁻²"),
    (power(x, a), "x^a"),
    (power(x, divide(THREE, TWO)), "x^(3/2)"),
    (power(x, number(Fraction(1, 2))), "x^0.5"),
    (square(sin(x)), "sin²(x)"),
    (power(sin(x), MINUS_ONE), "sin(x)^(−1)"),
    (power(sin(x), n), "sin(x)^n"),
    (square(ln(x)), "ln(x)²"),
    (square(exp(x)), "(e^x)²"),
    (exp(TWO), "e²"),
    (exp(exp(x)), "e^(e^x)"),
    (root(x, THREE), "∛x"),
    (root(x, number(7)), "root(x, 7)"),
    (root(INNER), "√(x²+1)"),
]


@pytest.mark.parametrize(("form", "text"), POWERS, ids=[text for _, text in POWERS])
def test_powers_and_roots(form: Form, text: str) -> None:
    assert one_line(form) == text


OTHERS = [
    (derived("f", (1,), x), "f′(x)", "f'(x)"),
    (derived("f", (4,), x), "f^(4)(x)", "f^(4)(x)"),
    (derived("f", (1, 0), x, y), "f^(1,0)(x, y)", "f^(1,0)(x, y)"),
    (call("log", x, TWO), "log_2(x)", "log_2(x)"),
    (call("log", x, divide(a, b)), "log(x, a/b)", "log(x, a/b)"),
    (call("gamma", x), "Γ(x)", "gamma(x)"),
    (vector(square(x), y), "(x², y)", "(x^2, y)"),
    (relation("not in", x, constant("integers")), "x ∉ integers", "x not in integers"),
    (
        logic("and", relation("<", x, ONE), relation("!=", x, ZERO)),
        "x < 1 and x ≠ 0",
        "x < 1 and x != 0",
    ),
    (
        logic("and", relation("<", negate(PI), x), relation("<=", x, PI)),
        "−π < x ≤ π",
        "-pi < x <= pi",
    ),
    (
        call("piecewise", vector(x, relation("<", x, ZERO)), vector(square(x), TRUE)),
        "piecewise((x, x < 0), (x², true))",
        "piecewise((x, x < 0), (x^2, true))",
    ),
    (goal(square(x), x, x), "d²/dx²[x²]", "d^2/dx^2[x^2]"),
    (
        goal(multiply(x, y), x, y, kind="partial"),
        "∂²/∂x∂y[xy]",
        "partial^2/partial x partial y[xy]",
    ),
    (letter("a b"), '"a b"', '"a b"'),
    (root(multiply(TWO, x)), "√(2x)", "sqrt(2x)"),
    (multiply(PI, letter("theta"), x), "πθx", "pi*theta*x"),
]


@pytest.mark.parametrize(("form", "text", "plain"), OTHERS, ids=[text for _, text, _ in OTHERS])
def test_unicode_and_ascii_say_the_same(form: Form, text: str, plain: str) -> None:
    assert one_line(form) == text
    assert one_line(form, ascii=True) == plain


def test_prime_notation_is_for_one_line_display() -> None:
    assert one_line(d_dx(multiply(square(x), sin(x))), notation="prime") == "(x² sin(x))′"
    assert one_line(goal(x, x, x), notation="prime") == "x″"
    assert one_line(goal(square(x), x, kind="partial"), notation="prime") == "∂/∂x[x²]"


def test_an_undefined_function_keeps_letters_of_its_name_apart() -> None:
    q = letter("q")
    assert one_line(multiply(q, add(x, call("q", x)))) == "q·(x + q(x))"


def test_numerals_are_exact_and_never_too_long_to_write() -> None:
    assert numeral(Fraction(1, 1000)) == "0.001"
    assert numeral(-(10**5000)) == "−1" + "0" * 5000


def test_letters_with_names_that_cannot_be_read_are_quoted() -> None:
    assert letter_text("mass").text == '"mass"'
    assert letter_text("pi").text == '"pi"'
    assert letter_text('a"b').text == r'"a\"b"'
    assert one_line(letter("sin")) == '"sin"'


def test_marked_parts_come_as_spans_wherever_they_occur() -> None:
    form = subtract(sin(square(x)), square(x))
    assert spans(form, [square(x)]) == [("sin(", False), ("x²", True), (") − ", False), ("x²", True)]
    negative = negate(multiply(TWO, x))
    assert spans(add(y, negative), [negative]) == [("y ", False), ("− 2x", True)]


def test_a_deep_form_is_written_without_recursion() -> None:
    form = x
    for _ in range(3000):
        form = sin(divide(form, TWO))
    assert one_line(form).count("sin") == 3000
    assert latex(form).count(r"\sin") == 3000
    assert display(form, 80).lines == (one_line(form),)


def _cost(form: Form) -> float:
    """The least of three times that the writers take together."""
    times = []
    for _ in range(3):
        start = process_time()
        one_line(form)
        latex(form)
        display(form, 80)
        times.append(process_time() - start)
    return min(times)


def test_the_time_for_long_sums_and_products_is_linear_in_their_length() -> None:
    def terms(count: int) -> Form:
        return sin(add(*(multiply(number(k), power(x, number(k))) for k in range(2, count))))

    def factors(count: int) -> Form:
        return multiply(*(add(sin(multiply(number(k), x)), number(k)) for k in range(2, count)))

    for make_form, count in ((terms, 1000), (factors, 100)):
        assert _cost(make_form(8 * count)) < 30 * _cost(make_form(count))


PICTURES = [
    (
        divide(subtract(ONE, ln(x)), square(x)),
        """
        1 − ln(x)
        ─────────
            x²
        """,
    ),
    (
        negate(divide(x, add(x, ONE))),
        """
           x
        − ───
          x+1
        """,
    ),
    (
        square(divide(x, add(x, ONE))),
        """
        ⎛  x  ⎞²
        ⎜ ─── ⎟
        ⎝ x+1 ⎠
        """,
    ),
    (
        root(divide(add(x, ONE), y)),
        """
          ┌────
          │ x+1
        ╲ │ ───
         ╲│  y
        """,
    ),
    (
        multiply(divide(ONE, INNER), exp(divide(x, add(x, ONE)))),
        """
          1
        ──── · e^(x/(x+1))
        x²+1
        """,
    ),
    (
        call("integral", divide(sin(t), t), t, ZERO, x),
        """
        x
        ⌠ sin(t)
        ⎮ ────── dt
        ⌡    t
        0
        """,
    ),
    (
        vector(vector(multiply(TWO, x, y), square(x)), vector(number(5), cos(y))),
        """
        ⎡ 2xy     x²   ⎤
        ⎢              ⎥
        ⎣  5    cos(y) ⎦
        """,
    ),
    (
        call("piecewise", vector(x, relation("<", x, ZERO)), vector(divide(x, TWO), TRUE)),
        """
        ⎧ x     for x < 0
        ⎨
        ⎩ x/2   otherwise
        """,
    ),
]


@pytest.mark.parametrize(("form", "picture"), PICTURES, ids=[one_line(form) for form, _ in PICTURES])
def test_two_dimensions(form: Form, picture: str) -> None:
    expected = [line[8:] for line in picture.strip("\n").split("\n")[:-1]]
    block = two_dimensional(form)
    assert [line.rstrip() for line in block.lines] == expected
    assert all(len(line) == block.width for line in block.lines)


def test_two_dimensions_in_ascii_have_ascii_only() -> None:
    for form, _ in PICTURES:
        assert "".join(two_dimensional(form, ascii=True).lines).isascii()


def test_a_block_knows_the_cells_of_its_marks() -> None:
    block = two_dimensional(divide(ONE, add(x, ONE)), marks=[x])
    assert block.marks == {(2, 0, 1)}
    assert two_dimensional(divide(ONE, add(x, ONE)), marks=[add(x, ONE)]).marks == {(2, 0, 3)}


def test_the_display_is_two_dimensional_only_where_that_helps() -> None:
    nested = divide(ONE, add(ONE, divide(ONE, add(ONE, x))))
    assert fits(divide(ONE, root(INNER)), 80)
    assert not fits(nested, 80)
    assert len(display(divide(ONE, x), 80).lines) == 1
    assert len(display(nested, 80).lines) == 5
    assert fits(divide(ONE, add(ONE, divide(x, TWO))), 80), "a small fraction is no burden"
    assert len(display(nested, 3).lines) == 1, "there is no room for the block either"


SET = [
    (divide(subtract(ONE, ln(x)), square(x)), r"\frac{1 - \ln(x)}{x^{2}}"),
    (square(sin(divide(x, TWO))), r"\sin^{2}\left(\frac{x}{2}\right)"),
    (root(x, THREE), r"\sqrt[3]{x}"),
    (multiply(TWO, x, exp(INNER), cos(x)), r"2x e^{x^{2} + 1} \cos(x)"),
    (call("abs", x), r"\lvert x\rvert"),
    (call("besselj", TWO, x), "J_{2}(x)"),
    (call("log", x, TWO), r"\log_{2}(x)"),
    (call("floor", divide(x, TWO)), r"\left\lfloor\frac{x}{2}\right\rfloor"),
    (call("erf", x), r"\operatorname{erf}(x)"),
    (call("asinh", x), r"\operatorname{arsinh}(x)"),
    (call("integral", sin(t), t, ZERO, x), r"\int_{0}^{x} \sin(t)\,dt"),
    (d_dx(square(x)), r"\frac{d}{dx}[x^{2}]"),
    (
        goal(x, x, x, y, kind="partial"),
        r"\frac{\partial^{3}}{\partial x^{2} \partial y}[x]",
    ),
    (
        call("piecewise", vector(x, relation("<", x, ZERO)), vector(ZERO, TRUE)),
        r"\begin{cases} x & \text{for }x < 0 \\ 0 & \text{otherwise} \end{cases}",
    ),
    (vector(x, y), r"\begin{pmatrix} x \\ y \end{pmatrix}"),
    (multiply(letter("omega"), t, letter("x_1"), letter("w12")), r"\omega tx_{1}w_{12}"),
    (letter("50% {x}"), r"\text{50\% \{x\}}"),
    (power(x, divide(THREE, TWO)), "x^{3/2}"),
    (multiply(TWO, number(5)), r"2 \cdot 5"),
    (relation("<=", x, negate(PI)), r"x \leq -\pi"),
    (derived("f", (1,), divide(x, y)), r"f'\left(\frac{x}{y}\right)"),
]


@pytest.mark.parametrize(("form", "text"), SET, ids=[text for _, text in SET])
def test_latex(form: Form, text: str) -> None:
    assert latex(form) == text


def test_latex_marks_with_what_it_is_told() -> None:
    assert latex(sin(square(x)), marks=[square(x)]) == r"\sin(\underline{x^{2}})"
    assert latex(sin(x), marks=[x], mark=r"\boxed{%s}") == r"\sin(\boxed{x})"


def test_what_an_encoding_can_hold() -> None:
    assert can_encode("x² + √x", "utf-8")
    assert not can_encode("√x", "cp1252")
    assert not can_encode("√x", "no such encoding")
    assert can_encode("x^2", None)


def test_a_name_that_is_a_word_is_shown_as_one_and_written_in_quotation_marks() -> None:
    form = multiply(TWO, letter("width"), letter("height"))
    assert "".join(piece for piece, _ in spans(form, symbolic=True)) == "2·width·height"
    assert one_line(form) == '2·"width"·"height"'
