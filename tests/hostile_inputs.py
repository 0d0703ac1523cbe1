"""Inputs that try to break StepCalc: valid expressions, mutilated texts, attacks, SymPy expressions.

Each input is made from its number alone, so that a run can be repeated, and one input tried by itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

ATTACKS: Final = (
    "__import__('os').system('touch owned')",
    '__import__("os").system("touch owned")',
    "().__class__.__base__.__subclasses__()",
    "x.__class__.__init__.__globals__",
    "open('owned', 'w')",
    "exec(\"open('owned','w')\")",
    "eval('1')",
    "lambda: open('owned', 'w')",
    "[y for y in (1, 2)]",
    "x if x else open('owned')",
    "{x.__class__}",
    "{0.__class__.__mro__}",
    "%s%s%s%n",
    "{message}{code}",
    "f'{x}'",
    "$(touch owned)",
    "`touch owned`",
    "x; touch owned",
    "x | touch owned",
    "\\input{/etc/passwd}",
    "\\write18{touch owned}",
    "\\immediate\\write18{touch owned}",
    "\\def\\x{\\x\\x}\\x",
    "\\csname end\\endcsname",
    "<script>alert(1)</script>",
    "[bold red]x[/]",
    "[link=file:///etc/passwd]x[/link]",
    "\x1b[2J\x1b]0;owned\x07",
    "x\x00",
    "\x00",
    "x\u202e + 1",
    "x\ud800",
    "\ufeffx",
    "x\u200b^2",
    "9**9**9",
    "9^9^9^9^9",
    "2**(10**10)",
    "x^(10^10)",
    "(x+1)^(10^9)",
    "(x+1)^(10^9) - (x+1)^(10^9)",
    "x^-(10^12)",
    "10^10000",
    "1/10^5000",
    "0.1^10000",
    "x^(1/10^100)",
    "x^(0.123456789012345678901234567890)",
    "(10^4000)^(1/7)",
    "(10^40+7)^(1/7)",
    "sqrt(" + "123456789" * 12 + ")",
    "root(x, 10^30)",
    "x^x^x",
    "x^x^x^x^x^x",
    "x^x^x^x^x^x^x^x^x^x",
    "((((x^x)^x)^x)^x)^x",
    "2^2^2^2^2^x",
    "e^e^e^e^e^e^x",
    "e^(e^(e^(e^(e^(10x)))))",
    "exp(10^300)",
    "exp(-10^300 x)",
    "sin(10^400)",
    "sin(10^400 x)",
    "tan(10^4000)",
    "floor(10^1000 pi)",
    "floor(10^1000 x)",
    "ceiling(e^(10^5))",
    "log(10^4000)",
    "log(" + "9" * 4000 + ")",
    "log(log(log(log(log(log(x))))))",
    "gamma(10**9)",
    "gamma(10^9 x)",
    "gamma(x + 10^9)",
    "gamma(1/2 + 1000)",
    "gamma(-10^5 + 1/3)",
    "factorial(10^6)",
    "factorial(x)^1000",
    "factorial(factorial(factorial(9)))",
    "gamma(gamma(gamma(gamma(x))))",
    "loggamma(10^50)",
    "digamma(10^7)",
    "polygamma(1000, x)",
    "polygamma(10^9, x)",
    "polygamma(5, 10^7)",
    "beta(2000, x)",
    "beta(10^6, 10^6)",
    "zeta(300)",
    "zeta(-1001)",
    "zeta(10^6)",
    "zeta(-10^6)",
    "zeta(2, 10^7)",
    "zeta(x, 10^7)",
    "erf(10^300)",
    "erfinv(1 - 10^-300)",
    "Ei(10^9)",
    "Ei(10^9 x)",
    "Si(10^300)",
    "li(10^1000)",
    "lambertw(10^1000)",
    "lambertw(lambertw(lambertw(x)))",
    "fresnels(10^9 x)",
    "besselj(1000000, x)",
    "besselj(10^9, 10^9 x)",
    "besselj(-10^30, x)",
    "besselk(1/3, x)",
    "bessely(1000.5, x)",
    "besseli(2, besselk(2, besselj(2, x)))",
    "tanh(" * 10 + "x" + ")" * 10,
    "sinh(" * 40 + "x" + ")" * 40,
    "tanh(tanh(tanh(tanh(x))))",
    "sech(csch(coth(x)))",
    "acosh(asinh(atanh(acoth(asech(acsch(x))))))",
    "sin(" * 300 + "x" + ")" * 300,
    "sin(" * 1000 + "x" + ")" * 1000,
    "sin(" * 5000 + "x" + ")" * 5000,
    "(" * 1000 + "x" + ")" * 1000,
    "(" * 100000 + "x" + ")" * 100000,
    "(" * 50000,
    ")" * 50000,
    "[" * 3000 + "x" + "]" * 3000,
    "|" * 2001,
    "|x" * 500,
    "{" * 3000,
    "\\frac{" * 1000,
    "\\frac{1}{" * 200 + "x" + "}" * 200,
    "\\sqrt{" * 300 + "x" + "}" * 300,
    "1/(1+" * 60 + "x" + ")" * 60,
    "sqrt(1+" * 60 + "x" + ")" * 60,
    "-" * 5000 + "x",
    "+" * 5000 + "x",
    "x" + "^2" * 300,
    "x" + "^x" * 300,
    "x" + "'" * 5000,
    "f" + "'" * 500 + "(x)",
    "x" * 100000,
    "x " * 50000,
    "xy" * 3000,
    "1" * 5000,
    "0." + "1" * 5000,
    "1e9999",
    "1e-9999",
    "1e999999999999",
    "x^1e9",
    "1" * 4299 + "x",
    "x+" * 10000 + "x",
    "*".join(f"(x+{k})" for k in range(200)),
    "*".join(f"sin({k}x+{k})" for k in range(1, 30)),
    "+".join(f"sin({k}x)^{k}" for k in range(1, 80)),
    "+".join(f"x^{k}/{k}" for k in range(1, 800)),
    "+".join(f"1/{k}" for k in range(1, 3000)),
    "+".join(f"1/(x+{k})" for k in range(1, 60)),
    "/".join(["x"] * 500),
    "(x^2+1)/" * 40 + "x",
    "((x+1)^50+(x+2)^50)/((x+3)^50+1)",
    "(x^100-1)/(x-1)",
    "(x^1000-1)/(x^999-1)",
    "(x^(10^6)-1)/(x^(10^6)+1)",
    "(sin(x)+cos(x))^40/(tan(x)+sec(x))^40",
    "(x+y+z+a+b+c)^30",
    "sqrt(x)*x^(1/3)*x^(1/5)*x^(1/7)*x^(1/11)*x^(1/997)",
    "sqrt(2)+sqrt(3)+sqrt(5)+sqrt(7)+sqrt(11)+sqrt(13)+sqrt(x)",
    "1/(sqrt(2)+sqrt(3)+sqrt(5)+sqrt(7)+sqrt(x))",
    "sqrt(x+sqrt(x+sqrt(x+sqrt(x+sqrt(x+sqrt(x+1))))))",
    "piecewise((x, x < 0), (x^2, x >= 0))",
    "piecewise(" * 20 + "x" + ")" * 20,
    "piecewise((x, x < x), (1/0, x > x))",
    "max(" + ",".join(f"x^{k}" for k in range(200)) + ")",
    "min(max(min(max(x, 1), x^2), x^3), sin(x))",
    "abs(abs(abs(abs(abs(x)))))",
    "||||x||||",
    "abs(sin(abs(cos(abs(tan(x))))))",
    "sign(floor(ceiling(abs(x))))",
    "floor(1/x)",
    "integral(sin(t), t, 0, x)",
    "integral(sin(t^t)/t, t, x, x^x)",
    "integral(integral(integral(s t x, s, 0, t), t, 0, x), r, 0, x)",
    "integral(1/t, t, -1, x)",
    "integral(gamma(t)^t, t, 0, 10^9)",
    "integral(1/(t-x), t, 0, x)",
    "f(f(f(f(f(x)))))",
    "f(g(h(x)), h(g(f(x))))",
    "heaviside(x) dirac(x)",
    "dirac(dirac(x))",
    "0^0",
    "0/0",
    "1/0",
    "x/0",
    "0/x",
    "x/(x-x)",
    "log(0)",
    "log(-1)",
    "log(x, 1)",
    "log(x, 0)",
    "1^x",
    "0^x",
    "(-1)^x",
    "(-8)^(1/3) x",
    "oo",
    "oo - oo",
    "x^oo",
    "oo x",
    "sin(oo)",
    "ii x",
    "ii^ii^x",
    "undefined",
    "true",
    "x < 1",
    "x = x",
    "y = x",
    "y = y = x",
    "(x, x)",
    "[1, [2, [3, x]]]",
    "d/dx(d/dx(d/dx(x^9)))",
    "d/dx(" * 50 + "x" + ")" * 50,
    "d^20/dx^20(tan x)",
    "d^999999999/dx^999999999(x)",
    "∂/∂x(x y)",
    "",
    " ",
    "\n\n\n",
    "\t",
    "x\r\n+1",
    "#",
    "e",
    "i",
    "D(x)",
    "None",
    "nan",
    "zoo",
    "Integer(3)",
    "Symbol('x')",
    "S(1)/0",
    "x!!!!!!",
    "x\u0301",
    "𝓍²",
    "ｘ＋１",
    "٣x",
    "x²³⁴⁵⁶⁷⁸⁹",
    "x₁₂₃₄₅₆₇₈₉₀",
    "x_1_2_3",
    "x_" + "1" * 3000,
    "a" * 300 + "(x)",
    "sin" * 1000 + "x",
    "sin^" * 500 + "2 x",
    "sin^-1^-1 x",
    "log_log_log(x)",
    "log_{" * 200,
    "≤≥≠±∓∑∏∫∂∇√∛∜",
    "√" * 3000 + "x",
    "∫x dx",
    "x ∈ integers",
    "\\left(\\left(x\\right)",
    "\\frac12\\frac34\\frac{}{}",
    "\\begin{matrix}x\\end{matrix}",
    "\\alpha\\beta\\gamma(x)\\zeta(x)",
    "'" * 1000,
    '"' * 1001,
    '"x y" + "',
    '"' + "x" * 5000 + '"',
    '"\\"" + x',
    '"' + "\x1b[31m" + '"',
)
"""Texts that were each written to go wrong in a way of its own."""

UNARY: Final = tuple(
    "exp log sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos atan acot asec acsc asinh acosh"
    " atanh acoth asech acsch abs sign floor ceiling heaviside erf erfc erfi erfinv erfcinv gamma loggamma"
    " digamma factorial zeta Ei Si Ci Shi Chi li fresnels fresnelc lambertw sqrt cbrt sigmoid logit softplus"
    " relu silu gelu mish dirac ln log10 log2 arcsin arctan f g h".split()
)
USUAL: Final = tuple("sin cos tan exp ln sqrt sinh atan asin abs log sec".split())
BINARY: Final = (
    "atan2({}, {})",
    "beta({}, {})",
    "log({}, {})",
    "min({}, {})",
    "max({}, {})",
    "besselj({}, {})",
    "bessely({}, {})",
    "besseli({}, {})",
    "besselk({}, {})",
    "polygamma({}, {})",
    "zeta({}, {})",
    "root({}, {})",
    "f({}, {})",
    "integral({}, t, 0, {})",
    "piecewise(({}, x < 1), ({}, x >= 1))",
)
NUMBERS: Final = (
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "10",
    "12",
    "-1",
    "-2",
    "1/2",
    "2/3",
    "-3/4",
    "0.5",
    "1.25",
    "pi",
    "e",
    "100",
    "1000",
    "10^6",
    "2e3",
    "1e-5",
    "123456789",
    "10^30",
    "1/10^20",
)
FRAGMENTS: Final = (
    "\\frac{",
    "}{",
    "}",
    "{",
    "(",
    ")",
    "[",
    "]",
    "|",
    "^",
    "**",
    "_",
    "/",
    "*",
    "\\cdot ",
    "\\sqrt{",
    "\\left(",
    "\\right)",
    "\\sin ",
    "\\",
    "'",
    '"',
    ",",
    ";",
    "=",
    "<",
    ">",
    "≤",
    "≠",
    "!",
    "@",
    "#",
    "$",
    "%",
    "&",
    "~",
    "`",
    "²",
    "³",
    "ⁿ",
    "⁻¹",
    "₁",
    "√",
    "∛",
    "∞",
    "π",
    "θ",
    "α",
    "·",
    "×",
    "÷",
    "−",
    "′",
    "∂",
    "∫",
    "½",
    "é",
    "中",
    "🙂",
    "\x00",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\u200b",
    "\u202e",
    "\u2028",
    "\ufeff",
    "\u0301",
    "\ud800",
    "\xa0",
    "\n",
    "\t",
    "0",
    "1",
    "2",
    "9",
    "99999",
    "^999",
    "^-1",
    "^(1/2)",
    "e",
    "i",
    "x",
    "y",
    "xx",
    "sin",
    "cos ",
    "ln",
    "log_2",
    "d/dx",
    "d/dx(",
    "and",
    "not ",
    "or",
    "in",
    "true",
    "oo",
    "f(",
    "sin^2",
    "1/",
    ".",
    "..",
    "0.",
    "1,5",
    "e^",
    "tanh(",
    "gamma(",
    "__",
    "{0}",
    "%s",
    "factorial(",
    "!",
)


@dataclass(frozen=True)
class Hostile:
    """One input: what is asked, with what options.

    Args:
        kind: The generator that made it.
        number: Its number, from which it can be made again.
        build: Makes what is handed to ``diff``; a SymPy expression is only built when it is tried.
        letters: The letters to differentiate with respect to.
        options: Further keywords of ``diff``.
    """

    kind: str
    number: int
    build: Callable[[], Any]
    letters: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


def hostile(number: int) -> Hostile:
    """The input of that number: the attacks first, then the generators in turn."""
    if number < len(ATTACKS):
        return _text("attack", number, ATTACKS[number], random.Random(number))
    chance = random.Random(f"hostile {number}")
    return _GENERATORS[number % len(_GENERATORS)](number, chance)


def inputs(count: int, start: int = 0) -> Iterator[Hostile]:
    """So many inputs in a row."""
    return (hostile(number) for number in range(start, start + count))


def _text(kind: str, number: int, text: str, chance: random.Random) -> Hostile:
    letters = ("x",) if chance.random() < 0.5 else ()
    return Hostile(kind, number, lambda: text, letters, _options(chance))


def _options(chance: random.Random) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if chance.random() < 0.12:
        options["order"] = chance.choice((2, 2, 3))
    if chance.random() < 0.12:
        options["form"] = chance.choice(("expanded", "factored", "raw"))
    return options


# ----------------------------------------------------------------------------------------- valid texts


def _atom(chance: random.Random) -> str:
    draw = chance.random()
    if draw < 0.62:
        return "x"
    if draw < 0.72:
        return chance.choice("abcnkxty")
    return chance.choice(NUMBERS)


def _expression(chance: random.Random, depth: int, functions: tuple[str, ...]) -> str:
    """A valid expression; everything is bracketed that could be read otherwise."""
    if depth <= 0 or chance.random() < 0.06:
        return _atom(chance)

    def part() -> str:
        return _expression(chance, depth - chance.choice((1, 1, 2)), functions)

    match chance.choice("+++**//^^nrfffffb"):
        case "+":
            return f"({part()}) {chance.choice('+-')} ({part()})"
        case "*":
            return f"({part()}) * ({part()})"
        case "/":
            return f"({part()}) / ({part()})"
        case "^":
            return f"({part()})^({part()})"
        case "n":
            return f"({part()})^{chance.choice((2, 2, 3, 4, 5, 10, 17, 100))}"
        case "r":
            return f"({part()})^({chance.choice(('1/2', '-1/2', '3/2', '-1', '-2', '2/3', '1/7', '0.3'))})"
        case "b":
            return chance.choice(BINARY).format(part(), part())
        case _:
            return f"{chance.choice(functions)}({part()})"


_SCHOOL: Final = (
    "{a}x^{n} - {b}x^{m} + {a}",
    "x^{n} {f} x",
    "{f} {a}x {g} {b}x",
    "\\frac{{x^{n}+{a}}}{{{f} x}}",
    "e^({a}x) {f}(x)",
    "\\frac{{{a}x+{b}}}{{x^{n}-{a}}}",
    "{f}^{n} x",
    "ln({f}(x)+{b})",
    "\\sqrt{{x^{n}+{a}}}",
    "({a}x+{b})^{n}(x-{a})^{m}",
    "x^(1/{n}) - {a}/x^{m}",
    "{f}({g}({a}x^{n}))",
    "\\frac{{e^{{{a}x}}}}{{1+e^{{-x}}}}",
    "x {f} x ln x",
    "√(x²+{a})/x",
    "|x-{a}| + x²",
    "{f}^-1({a}x)",
    "log_{b}(x)/{f} x",
    "x^x {f} x",
    "a e^(-k x) {f}(n x + c)",
    "{f} x/{g} x",
    "(x^{n}-{a})/(x^{m}+{b})",
    "\\left(\\frac{{x+{a}}}{{x-{b}}}\\right)^{{{n}}}",
    "{f}{n}x{g}{m}x",
    "2^x + x^2 - {f} x",
    "arctan({a}/x)",
    "x²{f}(x)+{a}x³",
    "f(x) = {f}(x)^{n}",
    "y = {a}x{f}x",
    "d/dx({f}(x)/x)",
    "1/2x + x^1/2",
)


def _school_text(chance: random.Random) -> str:
    f, g = chance.choice(USUAL), chance.choice(USUAL)
    a, b, n, m = (chance.randint(2, 9) for _ in range(4))
    text = chance.choice(_SCHOOL).format(f=f, g=g, a=a, b=b, n=n, m=m)
    if chance.random() < 0.3:
        text = (
            f"{text} {chance.choice('+-')} {chance.choice(_SCHOOL[:24]).format(f=g, g=f, a=b, b=a, n=m, m=n)}"
        )
    return text


def _school(number: int, chance: random.Random) -> Hostile:
    return _text("school", number, _school_text(chance), chance)


def _usual(number: int, chance: random.Random) -> Hostile:
    return _text("usual", number, _expression(chance, chance.randint(1, 5), USUAL), chance)


def _all_functions(number: int, chance: random.Random) -> Hostile:
    return _text("all functions", number, _expression(chance, chance.randint(1, 4), UNARY), chance)


def _deep(number: int, chance: random.Random) -> Hostile:
    """A long chain of functions, sums and powers around one letter."""
    text = "x"
    for _ in range(chance.choice((5, 8, 12, 20, 40, 120))):
        text = chance.choice(
            (
                f"{chance.choice(UNARY)}({text})",
                f"{chance.choice(USUAL)}({text})",
                f"({text}+{chance.randint(1, 9)})",
                f"({text})^2",
                f"x*({text})",
                f"1/({text})",
                f"sqrt({text})",
                f"({text}+x)",
                f"2^({text})",
            )
        )
    return _text("deep", number, text, chance)


def _wide(number: int, chance: random.Random) -> Hostile:
    sign = chance.choice("+*/-")
    count = chance.choice((5, 10, 20, 40, 80))
    parts = (f"({_expression(chance, chance.randint(0, 2), USUAL)})" for _ in range(count))
    return _text("wide", number, sign.join(parts), chance)


# ------------------------------------------------------------------------------------- mutilated texts


def _mutilated_text(chance: random.Random) -> str:
    text = list(
        chance.choice(
            (_school_text, lambda c: _expression(c, c.randint(1, 4), UNARY), lambda c: c.choice(ATTACKS))
        )(chance)[:400]
    )
    for _ in range(chance.choice((1, 1, 2, 3, 5, 10))):
        place, other = chance.randint(0, len(text)), chance.randint(0, len(text))
        match chance.choice("ddxsiiirt"):
            case "d":
                del text[place : place + chance.choice((1, 1, 3))]
            case "x":
                text[place:place] = text[place : place + 1]
            case "s" if text:
                one, two = place % len(text), other % len(text)
                text[one], text[two] = text[two], text[one]
            case "r":
                text[place:place] = text[min(place, other) : max(place, other)]
            case "t":
                del text[max(place, 3) :]
            case _:
                text[place:place] = chance.choice(FRAGMENTS)
    return "".join(text)


def _mutilated(number: int, chance: random.Random) -> Hostile:
    return _text("mutilated", number, _mutilated_text(chance), chance)


def _noise(number: int, chance: random.Random) -> Hostile:
    """Fragments in any order, or any characters at all."""
    if chance.random() < 0.7:
        text = "".join(chance.choice(FRAGMENTS) for _ in range(chance.randint(1, 15)))
    else:
        text = "".join(
            chr(chance.choice((chance.randint(0, 255), chance.randint(0, 0x2FFF), 120))) for _ in range(12)
        )
    return _text("noise", number, text, chance)


# ----------------------------------------------------------------------------------- SymPy expressions


@cache
def _curiosities() -> tuple[Callable[[], Any], ...]:
    """SymPy objects, and other objects, that are no ordinary expressions."""
    import sympy as sp

    x, y, t = sp.symbols("x y t")
    n = sp.Symbol("n", integer=True)
    word = sp.Symbol("x y'\"{0}\x1b[31m\\")
    noncommutative = sp.Symbol("A", commutative=False)
    f = sp.Function("f")
    late = sp.Pow

    def nested(function: Any, times: int) -> Callable[[], Any]:
        def build() -> Any:
            made = x
            for _ in range(times):
                made = function(made, evaluate=False)
            return made

        return build

    return (
        lambda: None,
        lambda: True,
        lambda: False,
        lambda: 0,
        lambda: 1.5,
        lambda: float("nan"),
        lambda: float("inf"),
        lambda: 10**5000,
        lambda: 2 + 3j,
        lambda: b"x",
        lambda: [x, x],
        lambda: (x, y),
        lambda: {x},
        lambda: {"x": 1},
        lambda: object(),
        lambda: print,
        lambda: int,
        lambda: sp.Symbol,
        lambda: sp.sin,
        lambda: sp.Matrix([[x, y]]),
        lambda: sp.ImmutableMatrix([[x]]),
        lambda: sp.MatrixSymbol("M", 2, 2),
        lambda: sp.MatrixSymbol("M", 2, 2)[0, 1],
        lambda: x < 1,
        lambda: sp.Eq(x, y),
        lambda: sp.And(x > 0, y > 0),
        lambda: sp.true,
        lambda: sp.false,
        lambda: sp.Interval(0, 1),
        lambda: sp.FiniteSet(x, 1),
        lambda: sp.S.EmptySet,
        lambda: sp.S.Reals,
        lambda: sp.Tuple(x, y),
        lambda: sp.Dict({x: y}),
        lambda: sp.Lambda(x, x**2),
        lambda: f,
        lambda: f(x, y),
        lambda: sp.Poly(x**2 + 1, x),
        lambda: sp.O(x**2),
        lambda: x + sp.O(x**3),
        lambda: sp.nan,
        lambda: sp.oo,
        lambda: sp.zoo,
        lambda: -sp.oo * sp.I,
        lambda: sp.I * x,
        lambda: sp.AccumBounds(0, 1),
        lambda: sp.GoldenRatio * x,
        lambda: sp.Catalan + x,
        lambda: sp.EulerGamma**x,
        lambda: sp.TribonacciConstant * x,
        lambda: sp.S.Half,
        lambda: noncommutative * x,
        lambda: sp.Derivative(f(x), x),
        lambda: sp.Derivative(f(x, y), x, y, y),
        lambda: sp.Derivative(x**3, x, evaluate=False),
        lambda: sp.Derivative(sp.sin(x) ** x, (x, 30)),
        lambda: sp.Derivative(f(x), (x, n)),
        lambda: sp.Integral(sp.sin(t) / t, (t, 0, x)),
        lambda: sp.Integral(x, x),
        lambda: sp.Integral(x * y * t, (x, 0, t), (t, 0, 1)),
        lambda: sp.Sum(x**n, (n, 0, 10)),
        lambda: sp.Product(x + n, (n, 1, 5)),
        lambda: sp.Limit(sp.sin(x) / x, x, 0),
        lambda: sp.Subs(f(x).diff(x), x, y),
        lambda: sp.Piecewise((x, x < 0), (x**2, True)),
        lambda: sp.Piecewise((x, sp.And(x > 0, y > 0)), (sp.sin(x), sp.Or(x < -5, y < 2))),
        lambda: sp.Piecewise((x, sp.Eq(x, 1)), (sp.nan, True)),
        lambda: sp.Piecewise((1 / x, sp.Ne(x, 0))),
        lambda: sp.Piecewise((x, sp.Contains(x, sp.Interval(0, 1))), (0, True)),
        lambda: sp.Max(x, y, 3),
        lambda: sp.Min(*(x**k for k in range(1, 30))),
        lambda: sp.Heaviside(x, 1),
        lambda: sp.DiracDelta(x, 2),
        lambda: sp.KroneckerDelta(n, 2) * x,
        lambda: sp.binomial(x, 3),
        lambda: sp.rf(x, 3),
        lambda: sp.ff(x, 3),
        lambda: sp.legendre(5, x),
        lambda: sp.chebyshevt(n, x),
        lambda: sp.hermite(3, x),
        lambda: sp.hyper([1], [2], x),
        lambda: sp.meijerg([1], [2], [3], [4], x),
        lambda: sp.airyai(x),
        lambda: sp.elliptic_k(x),
        lambda: sp.polylog(2, x),
        lambda: sp.lerchphi(x, 2, 3),
        lambda: sp.Mod(x, 3),
        lambda: sp.frac(x),
        lambda: sp.re(x),
        lambda: sp.im(x),
        lambda: sp.conjugate(x),
        lambda: sp.arg(x),
        lambda: sp.Abs(x) ** sp.I,
        lambda: sp.Dummy("x") ** 2,
        lambda: sp.Wild("w") ** 2,
        lambda: word**2,
        lambda: sp.Symbol("") ** 2,
        lambda: sp.Symbol("x", positive=True) ** x,
        lambda: sp.Symbol("d/dx") ** 2,
        lambda: sp.Symbol("sin") * sp.sin(x),
        lambda: sp.Symbol("e") ** x,
        lambda: sp.Function("a b")(x),
        lambda: sp.Function("sin")(x),
        lambda: sp.Function("")(x),
        lambda: sp.Function("Derivative")(x),
        lambda: sp.Function("os.system")(x),
        lambda: sp.Function("integral")(x),
        lambda: sp.Function("piecewise")(x),
        lambda: sp.Function("abs")(x, y),
        lambda: sp.Function("log")(x, y, t),
        lambda: sp.Idx("i"),
        lambda: sp.IndexedBase("a")[1] * x,
        lambda: sp.Float("1e-5000") * x,
        lambda: sp.Float("1e5000") * x,
        lambda: sp.Float("0.1", 100) * x,
        lambda: sp.Float("nan"),
        lambda: x**0.5,
        lambda: x**1e10,
        lambda: late(9, late(9, 9, evaluate=False), evaluate=False),
        lambda: late(x, late(10, 10, evaluate=False), evaluate=False),
        lambda: x ** (10**400),
        lambda: x ** sp.Rational(1, 10**50),
        lambda: (x + 1) ** (10**6),
        lambda: sp.Rational(10**4000, 7**3000) * x,
        lambda: sp.Integer(10) ** 6000 * x,
        lambda: late(10**40 + 7, sp.Rational(1, 7), evaluate=False) * x,
        lambda: late(sp.Integer(10**4000 + 7), sp.Rational(1, 3), evaluate=False) * x,
        lambda: sp.sin(10**400, evaluate=False) * x,
        lambda: sp.log(10**4000 + 1, evaluate=False) * x,
        lambda: sp.gamma(10**9, evaluate=False) * x,
        lambda: sp.factorial(10**7, evaluate=False),
        lambda: sp.zeta(-(10**6), evaluate=False) * x,
        lambda: sp.floor(10**1000 * sp.pi, evaluate=False) * x,
        lambda: sp.Mul(2, x + 1, evaluate=False),
        lambda: sp.Add(x, x, evaluate=False),
        lambda: sp.Mul(x, 1 / x, evaluate=False),
        lambda: sp.Add(x, -x, evaluate=False),
        lambda: late(0, 0, evaluate=False),
        lambda: late(x, 1, evaluate=False),
        lambda: late(0, -1, evaluate=False) * x,
        lambda: sp.Mul(0, sp.oo, evaluate=False),
        lambda: sp.Add(evaluate=False),
        lambda: sp.UnevaluatedExpr(x**2) * x,
        lambda: sp.exp(sp.log(x), evaluate=False),
        nested(sp.tanh, 10),
        nested(sp.sinh, 30),
        nested(sp.cosh, 8),
        nested(sp.sin, 60),
        nested(sp.sin, 150),
        nested(sp.exp, 30),
        nested(sp.log, 30),
        nested(sp.gamma, 10),
        nested(sp.Abs, 10),
        nested(sp.atan, 40),
        nested(sp.sech, 5),
        nested(sp.LambertW, 6),
        nested(sp.erf, 12),
        nested(sp.acosh, 20),
        nested(sp.sqrt, 10),
        nested(sp.cot, 12),
        lambda: sum((sp.sin(k * x) for k in range(1, 300)), sp.S.Zero),
        lambda: sp.prod([x + k for k in range(60)]),
        lambda: sp.expand((x + y + t) ** 12),
        lambda: sp.expand((x + 1) ** 200),
        lambda: (sp.exp(x) + 1) ** 5000,
        lambda: sp.sympify("x**x**x**x**x"),
        lambda: sp.Quaternion(1, x, 2, 3),
        lambda: sp.Point(1, 2),
        lambda: sp.Predicate,
        lambda: sp.Q.positive(x),
        lambda: sp.Ne(x, x),
        lambda: sp.ITE(x > 1, y > 1, y < 1),
        lambda: sp.Xor(x > 1, y > 1),
        lambda: sp.Str("owned"),
        lambda: sp.symbols("x y"),
        lambda: sp.SeqFormula(n**2, (n, 0, 5)),
        lambda: sp.RootSum(t**3 + t + 1, sp.Lambda(t, sp.log(t))),
        lambda: sp.CRootOf(t**5 - t + 1, 0) * x,
        lambda: sp.Order(x),
        lambda: sp.besselj(10**6, x),
        lambda: sp.jn(2, x),
        lambda: sp.expint(2, x),
        lambda: sp.uppergamma(2, x),
        lambda: sp.lowergamma(x, x),
        lambda: sp.Chi(x),
        lambda: sp.polygamma(3, x),
        lambda: sp.polygamma(x, 3),
        lambda: sp.zeta(x, 2),
        lambda: sp.zeta(3, x),
        lambda: sp.beta(x, x),
        lambda: sp.besselj(x, 2),
        lambda: sp.factorial2(x),
        lambda: sp.catalan(x),
        lambda: sp.fibonacci(x),
        lambda: sp.bernoulli(n),
        lambda: sp.Ynm(1, 0, x, y),
        lambda: sp.erf2(x, 1),
        lambda: sp.sinc(x),
        lambda: sp.cosh(x, evaluate=False) ** -2,
        lambda: sp.sign(x) ** x,
        lambda: sp.log(x, 3),
        lambda: sp.log(-x) ** sp.I,
        lambda: sp.root(x, 7),
        lambda: sp.cbrt(-x),
        lambda: sp.real_root(x, 3),
        lambda: sp.Piecewise((sp.Matrix([x]), True)),
    )


def _curiosity(number: int, chance: random.Random) -> Hostile:
    found = _curiosities()
    letters = ("x",) if chance.random() < 0.7 else ()
    return Hostile("curiosity", number, chance.choice(found), letters, _options(chance))


def _sympy_expression(chance: random.Random, depth: int) -> Any:
    """An expression that was never evaluated, or only here and there, as programs hand them in."""
    import sympy as sp

    x, y = sp.symbols("x y")
    if depth <= 0:
        return chance.choice(
            (
                x,
                x,
                x,
                x,
                y,
                sp.Integer(chance.randint(-9, 9)),
                sp.Rational(chance.randint(-9, 9), chance.randint(1, 9)),
                sp.pi,
                sp.E,
                sp.Float("0.25"),
                sp.Integer(10**30 + 7),
                sp.I,
                sp.Symbol("p", positive=True),
                sp.Symbol("n", integer=True),
            )
        )
    parts = [_sympy_expression(chance, depth - chance.choice((1, 1, 2))) for _ in range(2)]
    evaluate = chance.random() < 0.2 and depth < 4
    match chance.choice("++**^^ffffrp"):
        case "+":
            return sp.Add(*parts, evaluate=evaluate)
        case "*":
            return sp.Mul(*parts, evaluate=evaluate)
        case "^":
            return sp.Pow(*parts, evaluate=False)
        case "r":
            return sp.Pow(
                parts[0],
                chance.choice((2, -1, -2, sp.Rational(1, 2), sp.Rational(-2, 3), 50)),
                evaluate=False,
            )
        case "p":
            return sp.Piecewise((parts[0], x < chance.randint(-2, 2)), (parts[1], True), evaluate=False)
        case _:
            name = chance.choice(
                "exp log sin cos tan cot sec csc sinh cosh tanh coth asin acos atan asinh acosh atanh Abs"
                " sign floor erf gamma loggamma LambertW Ei Si Ci zeta factorial Heaviside".split()
            )
            return getattr(sp, name)(parts[0], evaluate=False)


def _sympy(number: int, chance: random.Random) -> Hostile:
    seed, depth = chance.random(), chance.randint(1, 5)
    return Hostile(
        "sympy", number, lambda: _sympy_expression(random.Random(seed), depth), ("x",), _options(chance)
    )


_GENERATORS: Final = (
    _school,
    _usual,
    _all_functions,
    _mutilated,
    _deep,
    _mutilated,
    _wide,
    _sympy,
    _noise,
    _curiosity,
    _mutilated,
    _all_functions,
    _usual,
    _mutilated,
    _sympy,
    _school,
)
