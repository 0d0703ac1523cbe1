"""Problems from texts with their published answers: roots, optima, optima under constraints.

BF: Burden and Faires, Numerical Analysis, ninth edition, chapters 2 and 10. MGH: Moré, Garbow and Hillstrom,
Testing Unconstrained Optimization Software, 1981, by number. HS: Hock and Schittkowski, Test Examples for
Nonlinear Programming Codes, 1981, by number. Others are named where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Root:
    """What is to be 0, where to begin, the root as published, and whether steps are halved."""

    source: str
    equations: str
    start: str
    root: tuple[float, ...]
    damped: bool = False


def _broyden(n: int) -> str:
    def x(k: int) -> str:
        return f"x_{k}" if 1 <= k <= n else "0"

    return ", ".join(f"(3 - 2{x(k)}) {x(k)} - {x(k - 1)} - 2*{x(k + 1)} + 1" for k in range(1, n + 1))


def _boundary(n: int) -> str:
    """MGH 28 with h = 1/(n+1), tᵢ = i·h."""

    def x(k: int) -> str:
        return f"x_{k}" if 1 <= k <= n else "0"

    h = f"(1/{n + 1})"
    return ", ".join(
        f"2{x(k)} - {x(k - 1)} - {x(k + 1)} + {h}^2 ({x(k)} + {k}*{h} + 1)^3/2" for k in range(1, n + 1)
    )


def _almost_linear(n: int) -> str:
    """MGH 27."""
    total = " + ".join(f"x_{k}" for k in range(1, n + 1))
    lines = [f"x_{k} + {total} - {n + 1}" for k in range(1, n)]
    return ", ".join([*lines, " ".join(f"x_{k}" for k in range(1, n + 1)) + " - 1"])


ROOTS = (
    Root("Wallis, 1685", "x^3 - 2x - 5", "2", (2.0945514815423265,)),
    Root("BF 2.1", "x^3 + 4x^2 - 10", "1.5", (1.365230013414097,)),
    Root("BF 2.3", "cos(x) - x", "0.7853981635", (0.7390851332151607,)),
    Root("BF 2.3.5a", "x^3 - 2x^2 - 5", "2", (2.690647448028614,)),
    Root("BF 2.3.5b", "x^3 + 3x^2 - 1", "-3", (-2.879385241571817,)),
    Root("BF 2.3.5d", "x - 0.8 - 0.2 sin(x)", "0.78", (0.9643338876952227,)),
    Root("BF 2.3.6a", "e^x + 2^(-x) + 2cos(x) - 6", "1.5", (1.829383601933849,)),
    Root("BF 2.3.6b", "ln(x-1) + cos(x-1)", "1.3", (1.397748475958747,)),
    Root("BF 2.3.6c", "2x cos(2x) - (x-2)^2", "2", (2.370686917662262,)),
    Root("BF 2.3.6d", "(x-2)^2 - ln(x)", "1", (1.412391172023884,)),
    Root("BF 2.3.6e", "e^x - 3x^2", "1", (0.9100075724887091,)),
    Root("BF 2.3.6f", "sin(x) - e^(-x)", "0", (0.5885327439818611,)),
    Root("BF 2.4, example 1: a double root", "e^x - x - 1", "1", (0.0,)),
    Root("Kepler's equation, e = 0.1, M = 1", "y - 0.1 sin(y) = 1", "1", (1.0885977523978936,)),
    Root("BF 10.2, example 1",
         "3x - cos(y z) - 1/2, x^2 - 81(y + 0.1)^2 + sin(z) + 1.06, e^(-x y) + 20z + (10pi - 3)/3",
         "0.1,0.1,-0.1", (0.5, 0.0, -0.5235987755982989)),
    Root("MGH 1, Rosenbrock", "10(y - x^2), 1 - x", "-1.2,1", (1.0, 1.0)),
    Root("MGH 2, Freudenstein and Roth",
         "-13 + x + ((5 - y) y - 2) y, -29 + x + ((y + 1) y - 14) y", "6,3", (5.0, 4.0)),
    Root("MGH 3, Powell badly scaled", "10^4 x y - 1, e^(-x) + e^(-y) - 1.0001", "0,1",
         (1.098159e-5, 9.106146)),
    Root("MGH 5, Beale, two of three", "1.5 - x(1 - y), 2.25 - x(1 - y^2)", "1,1/2", (3.0, 0.5)),
    Root("MGH 7, helical valley",
         "10(z - 10 atan2(y, x)/(2pi)), 10(sqrt(x^2 + y^2) - 1), z", "-1,1/1000,0", (1.0, 0.0, 0.0), True),
    Root("MGH 13, Powell singular",
         "a + 10b, sqrt(5) (c - d), (b - 2c)^2, sqrt(10) (a - d)^2", "3,-1,0,1", (0.0, 0.0, 0.0, 0.0)),
    Root("MGH 27, Brown almost linear", _almost_linear(5), "1/2,1/2,1/2,1/2,1/2", (-0.5790430884941,) * 4
         + (8.8952154424706,)),
    Root("MGH 28, discrete boundary value", _boundary(5), "-5/36,-8/36,-9/36,-8/36,-5/36",
         (-0.07502212, -0.13197622, -0.16484877, -0.16466468, -0.11741765)),
    Root("MGH 30, Broyden tridiagonal", _broyden(9), "-1,-1,-1,-1,-1,-1,-1,-1,-1",
         (-0.5706545, -0.6816283, -0.7017325, -0.7042129, -0.7013690, -0.6918656, -0.6657920, -0.5960342,
          -0.4164121)),
    Root("MGH 35, Chebyquad with n = 2", "x + y - 1, (2x-1)^2 + (2y-1)^2 - 2/3", "1/3,2/3",
         (0.2113248654, 0.7886751346)),
)  # fmt: skip
