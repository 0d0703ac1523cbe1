"""The 35 functions of Moré, Garbow and Hillstrom with their starts and their published minima.

J. J. Moré, B. S. Garbow, K. E. Hillstrom, Testing Unconstrained Optimization Software, ACM Transactions on
Mathematical Software 7 (1981) 17-41. Formulas, data, starts and minima were compared with two other projects'
transcriptions: NLSProblems.jl (src/mgh01.jl to mgh34.jl) and the R package funconstrain (R/01_rosen.R to
R/35_chebyquad.R). Where these differ from each other or from the paper it stands beside the problem. The paper
gives six digits of a minimum; where it gives no point there is none here either.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, ...]


@dataclass(frozen=True)
class Function:
    """Residuals whose squares are added, where to begin, and the published minima.

    Args:
        number: That of the paper.
        name: That of the paper.
        residuals: The functions f₁, ..., fₘ as they are typed.
        start: The standard start.
        minima: Values, each with its point if one is published.
        note: What is to be known of the sources.
    """

    number: int
    name: str
    residuals: tuple[str, ...]
    start: tuple[str, ...]
    minima: tuple[tuple[float, Point | None], ...]
    note: str = ""

    @property
    def letters(self) -> str:
        """x_1, ..., x_n."""
        return ",".join(x(k) for k in range(1, len(self.start) + 1))

    @property
    def squares(self) -> str:
        """The sum of squares, as it is typed."""
        return " + ".join(f"({each})^2" for each in self.residuals)

    @property
    def begin(self) -> str:
        """The start, as it is typed."""
        return ",".join(self.start)

    @property
    def source(self) -> str:
        """What it is called in reports."""
        return f"MGH {self.number}, {self.name}"

    @property
    def is_system(self) -> bool:
        """Whether there are as many equations as unknowns."""
        return len(self.residuals) == len(self.start)


def x(k: int, n: int | None = None) -> str:
    """A letter; 0 for one that lies outside."""
    return f"x_{k}" if n is None or 1 <= k <= n else "0"


def _sum(terms: list[str]) -> str:
    return " + ".join(terms)


def powell_singular(blocks: int) -> tuple[str, ...]:
    """13 and 22."""
    found = []
    for first in range(1, 4 * blocks, 4):
        a, b, c, d = (x(first + k) for k in range(4))
        found += [f"{a} + 10{b}", f"sqrt(5) ({c} - {d})", f"({b} - 2{c})^2", f"sqrt(10) ({a} - {d})^2"]
    return tuple(found)


def bard() -> tuple[str, ...]:
    """8."""
    y = "0.14 0.18 0.22 0.25 0.29 0.32 0.35 0.39 0.37 0.58 0.73 0.96 1.34 2.10 4.39".split()
    return tuple(f"{y[u - 1]} - (x_1 + {u}/({16 - u} x_2 + {min(u, 16 - u)} x_3))" for u in range(1, 16))


def gaussian() -> tuple[str, ...]:
    """9."""
    half = "0.0009 0.0044 0.0175 0.0540 0.1295 0.2420 0.3521 0.3989".split()
    y = [*half, *half[-2::-1]]
    return tuple(f"x_1 e^(-x_2 ({8 - i}/2 - x_3)^2/2) - {y[i - 1]}" for i in range(1, 16))


def meyer() -> tuple[str, ...]:
    """10."""
    y = "34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872".split()
    return tuple(f"x_1 e^(x_2/({45 + 5 * i} + x_3)) - {y[i - 1]}" for i in range(1, 17))


def gulf(m: int) -> tuple[str, ...]:
    """11."""
    return tuple(f"e^(-|25 + (-50 ln({i}/100))^(2/3) - x_2|^x_3/x_1) - {i}/100" for i in range(1, m + 1))


def box(m: int) -> tuple[str, ...]:
    """12."""
    return tuple(f"e^(-{i}/10*x_1) - e^(-{i}/10*x_2) - x_3 (e^(-{i}/10) - e^(-{i}))" for i in range(1, m + 1))


def kowalik_osborne() -> tuple[str, ...]:
    """15."""
    y = "0.1957 0.1947 0.1735 0.1600 0.0844 0.0627 0.0456 0.0342 0.0323 0.0235 0.0246".split()
    u = "4 2 1 0.5 0.25 0.167 0.125 0.1 0.0833 0.0714 0.0625".split()
    return tuple(f"{a} - x_1 ({b}^2 + {b} x_2)/({b}^2 + {b} x_3 + x_4)" for a, b in zip(y, u, strict=True))


def brown_dennis(m: int) -> tuple[str, ...]:
    """16."""
    return tuple(
        f"(x_1 + {i}/5*x_2 - e^({i}/5))^2 + (x_3 + x_4 sin({i}/5) - cos({i}/5))^2" for i in range(1, m + 1)
    )


def osborne_1() -> tuple[str, ...]:
    """17."""
    y = (
        "0.844 0.908 0.932 0.936 0.925 0.908 0.881 0.850 0.818 0.784 0.751 0.718 0.685 0.658 0.628 0.603 0.580 "
        "0.558 0.538 0.522 0.506 0.490 0.478 0.467 0.457 0.448 0.438 0.431 0.424 0.420 0.414 0.411 0.406"
    ).split()
    return tuple(f"{each} - (x_1 + x_2 e^(-{10 * i}x_4) + x_3 e^(-{10 * i}x_5))" for i, each in enumerate(y))


def biggs(m: int) -> tuple[str, ...]:
    """18."""
    return tuple(
        f"x_3 e^(-{i}/10*x_1) - x_4 e^(-{i}/10*x_2) + x_6 e^(-{i}/10*x_5)"
        f" - e^(-{i}/10) + 5e^(-{i}) - 3e^(-4*{i}/10)"
        for i in range(1, m + 1)
    )


def osborne_2() -> tuple[str, ...]:
    """19."""
    y = (
        "1.366 1.191 1.112 1.013 0.991 0.885 0.831 0.847 0.786 0.725 0.746 0.679 0.608 0.655 0.616 0.606 0.602 "
        "0.626 0.651 0.724 0.649 0.649 0.694 0.644 0.624 0.661 0.612 0.558 0.533 0.495 0.500 0.423 0.395 0.375 "
        "0.372 0.391 0.396 0.405 0.428 0.429 0.523 0.562 0.607 0.653 0.672 0.708 0.633 0.668 0.645 0.632 0.591 "
        "0.559 0.597 0.625 0.739 0.710 0.729 0.720 0.636 0.581 0.428 0.292 0.162 0.098 0.054"
    ).split()
    return tuple(
        f"{each} - (x_1 e^(-{i}/10*x_5) + x_2 e^(-({i}/10 - x_9)^2 x_6)"
        f" + x_3 e^(-({i}/10 - x_10)^2 x_7) + x_4 e^(-({i}/10 - x_11)^2 x_8))"
        for i, each in enumerate(y)
    )


def watson(n: int) -> tuple[str, ...]:
    """20."""
    found = []
    for i in range(1, 30):
        t = f"({i}/29)"
        first = _sum([f"{j - 1}x_{j} {t}^{j - 2}" for j in range(2, n + 1)])
        second = _sum([f"x_{j} {t}^{j - 1}" for j in range(1, n + 1)])
        found.append(f"{first} - ({second})^2 - 1")
    return (*found, "x_1", "x_2 - x_1^2 - 1")


def rosenbrock(n: int) -> tuple[str, ...]:
    """1 and 21."""
    return tuple(part for k in range(1, n, 2) for part in (f"10(x_{k + 1} - x_{k}^2)", f"1 - x_{k}"))


def penalty_1(n: int) -> tuple[str, ...]:
    """23."""
    whole = _sum([f"x_{k}^2" for k in range(1, n + 1)])
    return (*(f"sqrt(10^-5) (x_{k} - 1)" for k in range(1, n + 1)), f"{whole} - 1/4")


def penalty_2(n: int) -> tuple[str, ...]:
    """24."""
    pairs = [
        f"sqrt(10^-5) (e^(x_{k}/10) + e^(x_{k - 1}/10) - e^({k}/10) - e^({k - 1}/10))"
        for k in range(2, n + 1)
    ]
    singles = [f"sqrt(10^-5) (e^(x_{k}/10) - e^(-1/10))" for k in range(2, n + 1)]
    whole = _sum([f"{n - k + 1}x_{k}^2" for k in range(1, n + 1)])
    return ("x_1 - 1/5", *pairs, *singles, f"{whole} - 1")


def variably_dimensioned(n: int) -> tuple[str, ...]:
    """25."""
    whole = _sum([f"{k}(x_{k} - 1)" for k in range(1, n + 1)])
    return (*(f"x_{k} - 1" for k in range(1, n + 1)), whole, f"({whole})^2")


def trigonometric(n: int) -> tuple[str, ...]:
    """26."""
    whole = _sum([f"cos(x_{k})" for k in range(1, n + 1)])
    return tuple(f"{n} - ({whole}) + {k}(1 - cos(x_{k})) - sin(x_{k})" for k in range(1, n + 1))


def brown_almost_linear(n: int) -> tuple[str, ...]:
    """27."""
    whole = _sum([x(k) for k in range(1, n + 1)])
    product = " ".join(x(k) for k in range(1, n + 1))
    return (*(f"x_{k} + {whole} - {n + 1}" for k in range(1, n)), f"{product} - 1")


def boundary_value(n: int) -> tuple[str, ...]:
    """28, with h = 1/(n+1), tᵢ = i·h."""
    return tuple(
        f"2{x(k)} - {x(k - 1, n)} - {x(k + 1, n)} + (1/{n + 1})^2*(x_{k} + {k}/{n + 1} + 1)^3/2"
        for k in range(1, n + 1)
    )


def integral_equation(n: int) -> tuple[str, ...]:
    """29, with h = 1/(n+1), tᵢ = i·h."""
    end = n + 1
    found = []
    for i in range(1, n + 1):
        before = [f"{j}/{end}*(x_{j} + {j}/{end} + 1)^3" for j in range(1, i + 1)]
        after = [f"{end - j}/{end}*(x_{j} + {j}/{end} + 1)^3" for j in range(i + 1, n + 1)]
        whole = f"{end - i}/{end}*({_sum(before)})"
        whole += f" + {i}/{end}*({_sum(after)})" if after else ""
        found.append(f"x_{i} + 1/{2 * end}*({whole})")
    return tuple(found)


def broyden_tridiagonal(n: int) -> tuple[str, ...]:
    """30."""
    return tuple(f"(3 - 2x_{k}) x_{k} - {x(k - 1, n)} - 2*{x(k + 1, n)} + 1" for k in range(1, n + 1))


def broyden_banded(n: int) -> tuple[str, ...]:
    """31."""
    found = []
    for i in range(1, n + 1):
        band = [j for j in range(max(1, i - 5), min(n, i + 1) + 1) if j != i]
        found.append(f"x_{i} (2 + 5x_{i}^2) + 1 - ({_sum([f'x_{j} (1 + x_{j})' for j in band])})")
    return tuple(found)


def linear_full_rank(n: int, m: int) -> tuple[str, ...]:
    """32."""
    whole = f"2/{m}*({_sum([x(k) for k in range(1, n + 1)])})"
    return tuple(f"x_{i} - {whole} - 1" if i <= n else f"-{whole} - 1" for i in range(1, m + 1))


def linear_rank_1(n: int, m: int) -> tuple[str, ...]:
    """33."""
    whole = _sum([f"{k}x_{k}" for k in range(1, n + 1)])
    return tuple(f"{i}({whole}) - 1" for i in range(1, m + 1))


def linear_rank_1_zeros(n: int, m: int) -> tuple[str, ...]:
    """34: f₁ = fₘ = −1, and neither x₁ nor xₙ occurs."""
    whole = _sum([f"{k}x_{k}" for k in range(2, n)])
    return ("-1", *(f"{i - 1}({whole}) - 1" for i in range(2, m)), "-1")


def chebyquad(n: int) -> tuple[str, ...]:
    """35 with m = n: the mean of the shifted Chebyshev polynomials less their integral."""
    found = []
    for i in range(1, n + 1):
        terms = _sum([_chebyshev(i, f"(2x_{j} - 1)") for j in range(1, n + 1)])
        found.append(f"1/{n}*({terms})" + (f" + 1/{i * i - 1}" if i % 2 == 0 else ""))
    return tuple(found)


def _chebyshev(degree: int, inner: str) -> str:
    """T of some degree, by its recurrence: 2·t·Tₖ₋₁ − Tₖ₋₂."""
    before, now = [1], [0, 1]
    for _ in range(degree - 1):
        following = [0, *(2 * part for part in now)]
        for place, part in enumerate(before):
            following[place] -= part
        before, now = now, following
    parts = [f"{part}*{inner}^{place}" if place else str(part) for place, part in enumerate(now) if part]
    return "(" + " + ".join(parts).replace("+ -", "- ") + ")"


def repeated(start: tuple[str, ...], count: int) -> tuple[str, ...]:
    """A start of several equal blocks."""
    return start * count


def fractions(n: int) -> tuple[str, ...]:
    """tᵢ(tᵢ − 1), the start of 28 and 29."""
    return tuple(f"{k * (k - n - 1)}/{(n + 1) ** 2}" for k in range(1, n + 1))


def functions() -> tuple[Function, ...]:
    """All 35, in the paper's dimensions; where these vary, in small ones."""
    return (
        Function(1, "Rosenbrock", rosenbrock(2), ("-1.2", "1"), ((0, (1, 1)),)),
        Function(2, "Freudenstein and Roth",
                 ("-13 + x_1 + ((5 - x_2) x_2 - 2) x_2", "-29 + x_1 + ((x_2 + 1) x_2 - 14) x_2"),
                 ("0.5", "-2"), ((0, (5, 4)), (48.9842, (11.41, -0.8968)))),
        Function(3, "Powell badly scaled", ("10^4 x_1 x_2 - 1", "e^(-x_1) + e^(-x_2) - 1.0001"), ("0", "1"),
                 ((0, (1.098e-5, 9.106)),)),
        Function(4, "Brown badly scaled", ("x_1 - 10^6", "x_2 - 2*10^-6", "x_1 x_2 - 2"), ("1", "1"),
                 ((0, (1e6, 2e-6)),)),
        Function(5, "Beale", tuple(f"{y} - x_1 (1 - x_2^{i})" for i, y in enumerate(("1.5", "2.25", "2.625"), 1)),
                 ("1", "1"), ((0, (3, 0.5)),)),
        Function(6, "Jennrich and Sampson", tuple(f"{2 + 2 * i} - (e^({i}x_1) + e^({i}x_2))" for i in range(1, 11)),
                 ("0.3", "0.4"), ((124.362, (0.2578, 0.2578)),)),
        Function(7, "helical valley",
                 ("10(x_3 - 10(atan2(-x_1, x_2) + pi/2)/(2pi))", "10(sqrt(x_1^2 + x_2^2) - 1)", "x_3"),
                 ("-1", "0", "0"), ((0, (1, 0, 0)),),
                 "The paper's θ is arctan(x₂/x₁)/(2π), and 1/2 more where x₁ < 0: an angle from −π/2 to 3π/2."),
        Function(8, "Bard", bard(), ("1", "1", "1"), ((8.21487e-3, None),)),
        Function(9, "Gaussian", gaussian(), ("0.4", "1", "0"), ((1.12793e-8, None),)),
        Function(10, "Meyer", meyer(), ("0.02", "4000", "250"), ((87.9458, None),)),
        Function(11, "Gulf research and development", gulf(10), ("5", "2.5", "0.15"), ((0, (50, 25, 1.5)),),
                 "The paper's formula has the misprint y·m·i·x₂ for y − x₂ (funconstrain says so)."),
        Function(12, "Box three-dimensional", box(10), ("0", "10", "20"),
                 ((0, (1, 10, 1)), (0, (10, 1, -1)))),
        Function(13, "Powell singular", powell_singular(1), ("3", "-1", "0", "1"), ((0, (0, 0, 0, 0)),)),
        Function(14, "Wood",
                 ("10(x_2 - x_1^2)", "1 - x_1", "sqrt(90) (x_4 - x_3^2)", "1 - x_3", "sqrt(10) (x_2 + x_4 - 2)",
                  "(x_2 - x_4)/sqrt(10)"),
                 ("-3", "-1", "-3", "-1"), ((0, (1, 1, 1, 1)),)),
        Function(15, "Kowalik and Osborne", kowalik_osborne(), ("0.25", "0.39", "0.415", "0.39"),
                 ((3.07505e-4, None),)),
        Function(16, "Brown and Dennis", brown_dennis(20), ("25", "5", "-5", "-1"), ((85822.2, None),)),
        Function(17, "Osborne 1", osborne_1(), ("0.5", "1.5", "-1", "0.01", "0.02"), ((5.46489e-5, None),)),
        Function(18, "Biggs EXP6", biggs(13), ("1", "2", "1", "1", "1", "1"),
                 ((5.65565e-3, None), (0, (1, 10, 1, 5, 4, 3)))),
        Function(19, "Osborne 2", osborne_2(),
                 ("1.3", "0.65", "0.65", "0.7", "0.6", "3", "5", "7", "2", "4.5", "5.5"), ((4.01377e-2, None),)),
        Function(20, "Watson", watson(6), repeated(("0",), 6), ((2.28767e-3, None),)),
        Function(21, "extended Rosenbrock", rosenbrock(10), repeated(("-1.2", "1"), 5), ((0, (1,) * 10),)),
        Function(22, "extended Powell singular", powell_singular(2), repeated(("3", "-1", "0", "1"), 2),
                 ((0, (0,) * 8),)),
        Function(23, "penalty I", penalty_1(4), ("1", "2", "3", "4"), ((2.24997e-5, None),)),
        Function(24, "penalty II", penalty_2(4), repeated(("1/2",), 4), ((9.37629e-6, None),)),
        Function(25, "variably dimensioned", variably_dimensioned(10), tuple(f"{10 - j}/10" for j in range(1, 11)),
                 ((0, (1,) * 10),)),
        Function(26, "trigonometric", trigonometric(10), repeated(("1/10",), 10), ((0, None), (2.79506e-5, None)),
                 "The second minimum is in the paper's list of results for n = 10."),
        Function(27, "Brown almost-linear", brown_almost_linear(10), repeated(("1/2",), 10),
                 ((0, (1,) * 10), (0, None), (1, (0,) * 9 + (11,))),
                 "f = 0 at (α, ..., α, α^(1−n)) where nαⁿ − (n+1)αⁿ⁻¹ + 1 = 0; α = 1 is one of its solutions."),
        Function(28, "discrete boundary value", boundary_value(10), fractions(10), ((0, None),)),
        Function(29, "discrete integral equation", integral_equation(10), fractions(10), ((0, None),)),
        Function(30, "Broyden tridiagonal", broyden_tridiagonal(10), repeated(("-1",), 10), ((0, None),)),
        Function(31, "Broyden banded", broyden_banded(10), repeated(("-1",), 10), ((0, None),)),
        Function(32, "linear, full rank", linear_full_rank(10, 20), repeated(("1",), 10), ((10, (-1,) * 10),)),
        Function(33, "linear, rank 1", linear_rank_1(10, 20), repeated(("1",), 10), ((190 / 41, None),)),
        Function(34, "linear, rank 1 with zero columns and rows", linear_rank_1_zeros(10, 20),
                 repeated(("1",), 10), ((227 / 37, None),)),
        Function(35, "Chebyquad", chebyquad(8), tuple(f"{j}/9" for j in range(1, 9)), ((3.51687e-3, None),)),
    )  # fmt: skip


def systems() -> tuple[Function, ...]:
    """Those with as many functions as letters, as systems of equations.

    33 and 34 have no root: their minima with m = n are not 0. So it is with 35 for n = 8 and n = 10; it has one for
    n = 1 to 7 and 9.
    """
    square = [each for each in functions() if each.is_system and each.number != 35]
    return (
        *square,
        Function(32, "linear, full rank", linear_full_rank(10, 10), repeated(("1",), 10), ((0, (-1,) * 10),)),
        *(Function(35, f"Chebyquad, n = {n}", chebyquad(n), tuple(f"{j}/{n + 1}" for j in range(1, n + 1)),
                   ((0, None),)) for n in (2, 5, 6, 7, 9)),
    )  # fmt: skip
