"""Hock and Schittkowski's problems with equality constraints, their starts and published solutions.

W. Hock, K. Schittkowski, Test Examples for Nonlinear Programming Codes, Lecture Notes in Economics and Mathematical
Systems 187, Springer 1981, by number. Formulas, starts and solutions were compared with three other projects'
transcriptions: the AMPL models of mpf/Optimization-Test-Problems (cute/hs*.mod), sif2jax
(cutest/_constrained_minimisation/hs*.py) and OptimizationProblems.jl. Of problems with bounds those are here whose
bounds do not hold with equality at the solution: without the bounds it stays a solution. Where what is published
is not what is so, it stands beside the problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, pi, sqrt


@dataclass(frozen=True)
class Problem:
    """A function, its constraints, the published start and solution.

    Args:
        number: That of the book.
        function: What is to be made small.
        subject: The constraints.
        start: The published start.
        solutions: Published points; one for each of several equally good ones that are known.
        value: The published value.
        accuracy: To how much of its size a coordinate is published.
        note: What is to be known of the sources.
    """

    number: int
    function: str
    subject: str
    start: str
    solutions: tuple[tuple[float, ...], ...]
    value: float
    accuracy: float = 3e-6
    note: str = ""

    @property
    def source(self) -> str:
        """What it is called in reports."""
        return f"HS {self.number}"

    @property
    def point(self) -> tuple[float, ...]:
        """The first of the solutions."""
        return self.solutions[0]

    @property
    def letters(self) -> str:
        """x_1, ..., xₙ."""
        return ",".join(f"x_{k + 1}" for k in range(len(self.solutions[0])))


_ENERGIES = (-6.089, -17.164, -34.054, -5.914, -24.721, -14.986, -24.100, -10.708, -26.662, -22.179)
"""Of problems 111 and 112."""


def _logarithmic() -> str:
    whole = " + ".join(f"e^x_{k}" for k in range(1, 11))
    return " + ".join(f"e^x_{k} ({c} + x_{k} - ln({whole}))" for k, c in enumerate(_ENERGIES, 1))


def _chemical() -> str:
    whole = " + ".join(f"x_{k}" for k in range(1, 11))
    return " + ".join(f"x_{k} ({c} + ln(x_{k}/({whole})))" for k, c in enumerate(_ENERGIES, 1))


_BALANCES = ((1, 2, 2, 0, 0, 1, 0, 0, 0, 1), (0, 0, 0, 1, 2, 1, 1, 0, 0, 0), (0, 0, 1, 0, 0, 0, 1, 1, 2, 1))


def _balances(shape: str) -> str:
    return "; ".join(
        " + ".join(f"{weight}{shape}{k}" for k, weight in enumerate(row, 1) if weight) + f" = {right}"
        for row, right in zip(_BALANCES, (2, 1, 1), strict=True)
    )


_CHEMICAL = (0.04066819, 0.1477303, 0.7831534, 0.001414219, 0.4852466, 0.0006931755, 0.02739931, 0.01794728,
             0.03731440, 0.09687126)  # fmt: skip

PROBLEMS = (
    Problem(6, "(1 - x_1)^2", "10(x_2 - x_1^2) = 0", "-1.2,1", ((1, 1),), 0),
    Problem(7, "ln(1 + x_1^2) - x_2", "(1 + x_1^2)^2 + x_2^2 = 4", "2,2", ((0, sqrt(3)),), -sqrt(3)),
    Problem(8, "-1 + 0x_1", "x_1^2 + x_2^2 = 25; x_1 x_2 = 9", "2,1",
            tuple((x, 9 / x) for s in (1, -1) for t in (1, -1) for x in (t * sqrt((25 + s * sqrt(301)) / 2),)), -1,
            note="The function is −1 everywhere: there is nothing to choose, only the constraints to solve."),
    Problem(9, "sin(pi x_1/12) cos(pi x_2/16)", "4x_1 - 3x_2 = 0", "0,0",
            tuple((12 * k - 3, 16 * k - 4) for k in (0, 1, -1, 2, -2)), -0.5),
    Problem(26, "(x_1 - x_2)^2 + (x_2 - x_3)^4", "(1 + x_2^2) x_1 + x_3^4 - 3 = 0", "-2.6,2,2", ((1, 1, 1),), 0,
            note="f is 0, too, where all letters are the other real root of x + x³ + x⁴ = 3."),
    Problem(27, "0.01(x_1 - 1)^2 + (x_2 - x_1^2)^2", "x_1 + x_3^2 + 1 = 0", "2,2,2", ((-1, 1, 0),), 0.04),
    Problem(28, "(x_1 + x_2)^2 + (x_2 + x_3)^2", "x_1 + 2x_2 + 3x_3 - 1 = 0", "-4,1,1", ((0.5, -0.5, 0.5),), 0),
    Problem(39, "-x_1", "x_2 - x_1^3 - x_3^2 = 0; x_1^2 - x_2 - x_4^2 = 0", "2,2,2,2", ((1, 1, 0, 0),), -1),
    Problem(40, "-x_1 x_2 x_3 x_4", "x_1^3 + x_2^2 - 1 = 0; x_1^2 x_4 - x_3 = 0; x_4^2 - x_2 = 0",
            "0.8,0.8,0.8,0.8",
            tuple((2 ** (-1 / 3), 2**-0.5, s * 2 ** (-11 / 12), s * 2**-0.25) for s in (1, -1)), -0.25),
    Problem(42, "(x_1 - 1)^2 + (x_2 - 2)^2 + (x_3 - 3)^2 + (x_4 - 4)^2", "x_1 - 2 = 0; x_3^2 + x_4^2 - 2 = 0",
            "1,1,1,1", ((2, 2, 0.6 * sqrt(2), 0.8 * sqrt(2)),), 28 - 10 * sqrt(2)),
    Problem(46, "(x_1 - x_2)^2 + (x_3 - 1)^2 + (x_4 - 1)^4 + (x_5 - 1)^6",
            "x_1^2 x_4 + sin(x_4 - x_5) - 1 = 0; x_2 + x_3^4 x_4^2 - 2 = 0", "sqrt(2)/2,1.75,0.5,2,2",
            ((1, 1, 1, 1, 1),), 0),
    Problem(47, "(x_1 - x_2)^2 + (x_2 - x_3)^3 + (x_3 - x_4)^4 + (x_4 - x_5)^4",
            "x_1 + x_2^2 + x_3^3 - 3 = 0; x_2 - x_3^2 + x_4 - 1 = 0; x_1 x_5 - 1 = 0",
            "2,sqrt(2),-1,2-sqrt(2),1/2", ((1, 1, 1, 1, 1),), 0,
            note="With the cube, as it is printed, the published point is no minimum: lower values lie beside it."),
    Problem(48, "(x_1 - 1)^2 + (x_2 - x_3)^2 + (x_4 - x_5)^2",
            "x_1 + x_2 + x_3 + x_4 + x_5 - 5 = 0; x_3 - 2(x_4 + x_5) + 3 = 0", "3,5,-3,2,-2", ((1, 1, 1, 1, 1),), 0),
    Problem(49, "(x_1 - x_2)^2 + (x_3 - 1)^2 + (x_4 - 1)^4 + (x_5 - 1)^6",
            "x_1 + x_2 + x_3 + 4x_4 - 7 = 0; x_3 + 5x_5 - 6 = 0", "10,7,2,-3,0.8", ((1, 1, 1, 1, 1),), 0),
    Problem(50, "(x_1 - x_2)^2 + (x_2 - x_3)^2 + (x_3 - x_4)^4 + (x_4 - x_5)^2",
            "x_1 + 2x_2 + 3x_3 - 6 = 0; x_2 + 2x_3 + 3x_4 - 6 = 0; x_3 + 2x_4 + 3x_5 - 6 = 0", "35,-31,11,5,-5",
            ((1, 1, 1, 1, 1),), 0),
    Problem(51, "(x_1 - x_2)^2 + (x_2 + x_3 - 2)^2 + (x_4 - 1)^2 + (x_5 - 1)^2",
            "x_1 + 3x_2 - 4 = 0; x_3 + x_4 - 2x_5 = 0; x_2 - x_5 = 0", "2.5,0.5,2,-1,0.5", ((1, 1, 1, 1, 1),), 0),
    Problem(52, "(4x_1 - x_2)^2 + (x_2 + x_3 - 2)^2 + (x_4 - 1)^2 + (x_5 - 1)^2",
            "x_1 + 3x_2 = 0; x_3 + x_4 - 2x_5 = 0; x_2 - x_5 = 0", "2,2,2,2,2",
            (tuple(part / 349 for part in (-33, 11, 180, -158, 11)),), 1859 / 349),
    Problem(53, "(x_1 - x_2)^2 + (x_2 + x_3 - 2)^2 + (x_4 - 1)^2 + (x_5 - 1)^2",
            "x_1 + 3x_2 = 0; x_3 + x_4 - 2x_5 = 0; x_2 - x_5 = 0", "2,2,2,2,2",
            (tuple(part / 43 for part in (-33, 11, 27, -5, 11)),), 176 / 43),
    Problem(56, "-x_1 x_2 x_3",
            "x_1 - 4.2sin(x_4)^2 = 0; x_2 - 4.2sin(x_5)^2 = 0; x_3 - 4.2sin(x_6)^2 = 0; "
            "x_1 + 2x_2 + 2x_3 - 7.2sin(x_7)^2 = 0",
            "1,1,1,asin(sqrt(1/4.2)),asin(sqrt(1/4.2)),asin(sqrt(1/4.2)),asin(sqrt(5/7.2))",
            ((2.4, 1.2, 1.2, asin(sqrt(4 / 7)), asin(sqrt(2 / 7)), asin(sqrt(2 / 7)), pi / 2),), -3.456),
    Problem(60, "(x_1 - 1)^2 + (x_1 - x_2)^2 + (x_2 - x_3)^4", "x_1 (1 + x_2^2) + x_3^4 - 4 - 3sqrt(2) = 0",
            "2,2,2", ((1.104859024, 1.196674194, 1.535262257),), 0.03256820025, 1e-7,
            "The digits are also those of roboptim's test of problem 60."),
    Problem(61, "4x_1^2 + 2x_2^2 + 2x_3^2 - 33x_1 + 16x_2 - 24x_3",
            "3x_1 - 2x_2^2 - 7 = 0; 4x_1 - x_3^2 - 11 = 0", "0,0,0", ((5.326770157, -2.118998639, 3.210464239),),
            -143.6461422, 1e-8),
    Problem(62, "-32.174(255ln((x_1 + x_2 + x_3 + 0.03)/(0.09x_1 + x_2 + x_3 + 0.03))"
            " + 280ln((x_2 + x_3 + 0.03)/(0.07x_2 + x_3 + 0.03)) + 290ln((x_3 + 0.03)/(0.13x_3 + 0.03)))",
            "x_1 + x_2 + x_3 - 1 = 0", "0.7,0.2,0.1", ((0.6178126908, 0.328202223, 0.05398508606),), -26272.51448),
    Problem(63, "1000 - x_1^2 - 2x_2^2 - x_3^2 - x_1 x_2 - x_1 x_3",
            "8x_1 + 14x_2 + 7x_3 - 56 = 0; x_1^2 + x_2^2 + x_3^2 - 25 = 0", "2,2,2",
            ((3.512118414, 0.2169881741, 3.552174034),), 961.7151721, 3e-6),
    Problem(77, "(x_1 - 1)^2 + (x_1 - x_2)^2 + (x_3 - 1)^2 + (x_4 - 1)^4 + (x_5 - 1)^6",
            "x_1^2 x_4 + sin(x_4 - x_5) - 2sqrt(2) = 0; x_2 + x_3^4 x_4^2 - 8 - sqrt(2) = 0", "2,2,2,2,2",
            ((1.166172, 1.182111, 1.380257, 1.506036, 0.6109203),), 0.24150513),
    Problem(78, "x_1 x_2 x_3 x_4 x_5",
            "x_1^2 + x_2^2 + x_3^2 + x_4^2 + x_5^2 - 10 = 0; x_2 x_3 - 5x_4 x_5 = 0; x_1^3 + x_2^3 + 1 = 0",
            "-2,1.5,2,-1,-1",
            ((-1.717142, 1.595708, 1.827248, -0.7636429, -0.7636435),
             (-1.717142, 1.595708, 1.827248, 0.7636429, 0.7636435)), -2.91970041),
    Problem(79, "(x_1 - 1)^2 + (x_1 - x_2)^2 + (x_2 - x_3)^2 + (x_3 - x_4)^4 + (x_4 - x_5)^4",
            "x_1 + x_2^2 + x_3^3 - 2 - 3sqrt(2) = 0; x_2 - x_3^2 + x_4 + 2 - 2sqrt(2) = 0; x_1 x_5 - 2 = 0",
            "2,2,2,2,2", ((1.191127, 1.362603, 1.472818, 1.635017, 1.679081),), 0.0787768209),
    Problem(80, "e^(x_1 x_2 x_3 x_4 x_5)",
            "x_1^2 + x_2^2 + x_3^2 + x_4^2 + x_5^2 - 10 = 0; x_2 x_3 - 5x_4 x_5 = 0; x_1^3 + x_2^3 + 1 = 0",
            "-2,2,2,-1,-1",
            ((-1.717143, 1.595709, 1.827247, -0.7636413, -0.7636450),
             (-1.717143, 1.595709, 1.827247, 0.7636413, 0.7636450)), 0.0539498478, 5e-6),
    Problem(81, "e^(x_1 x_2 x_3 x_4 x_5) - 0.5(x_1^3 + x_2^3 + 1)^2",
            "x_1^2 + x_2^2 + x_3^2 + x_4^2 + x_5^2 - 10 = 0; x_2 x_3 - 5x_4 x_5 = 0; x_1^3 + x_2^3 + 1 = 0",
            "-2,2,2,-1,-1",
            ((-1.717142, 1.595709, 1.827248, -0.7636474, -0.7636390),
             (-1.717142, 1.595709, 1.827248, 0.7636474, 0.7636390)), 0.0539498478, 1e-5,
            "x₂ is printed as 1.159571, two digits exchanged: with it x₁³ + x₂³ + 1 is −2.5 and not 0."),
    Problem(111, _logarithmic(), _balances("e^x_"), ",".join(["-2.3"] * 10),
            ((-3.201212, -1.912060, -0.2444413, -6.537489, -0.7231524, -7.267738, -3.596711, -4.017769, -3.287462,
              -2.335582),), -47.76109026, 5e-3,
            "sif2jax has x₃ = −2.444413, which breaks the constraints; −0.2444413 keeps them. The published point is "
            "not quite there: f = −47.76109086 at x₄ = −6.5612, where f hardly changes with x₄."),
    Problem(112, _chemical(), _balances("x_"), ",".join(["0.1"] * 10), (_CHEMICAL,), -47.76109026, 1e-3,
            "The published −47.707579 at (0.01773548, 0.08200180, ...) is not the smallest: with xₖ = e^yₖ this is"
            " problem 111, whose published value is lower. The point here is that of 111."),
)  # fmt: skip


def numbered(number: int) -> Problem:
    """The problem with a number."""
    return next(each for each in PROBLEMS if each.number == number)


def gap(problem: Problem) -> float:
    """How far the published solutions are from the constraints, at most: a misprint shows here."""
    import sympy

    import stepcalc

    letters = sympy.symbols(problem.letters)
    worst = 0.0
    for point in problem.solutions:
        for part in problem.subject.split(";"):
            left, right = part.split("=")
            gap = stepcalc.read(left) - stepcalc.read(right)
            worst = max(worst, abs(float(gap.subs(dict(zip(letters, point, strict=True))))))
    return worst
