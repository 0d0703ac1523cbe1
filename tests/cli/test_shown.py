"""What people see: each command line with its output and its status, kept as a text file to be read."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest

from tests.cli.conftest import Run

SHOWN = {
    "product": 'diff "x**2*sin(x)"',
    "product-full": 'diff "x**2*sin(x)" --detail full',
    "product-brief": 'diff "x**2*sin(x)" --detail brief',
    "product-prime": 'diff "x**2*sin(x)" --notation prime',
    "product-ascii": 'diff "x**2*sin(x)" --ascii',
    "product-chain": 'diff "x**2*sin(x)" --style chain',
    "product-upto": 'diff "x**2*sin(x)" --upto 2',
    "product-hint": 'diff "x**2*sin(x)" --hint',
    "product-upto-hint": 'diff "x**2*sin(x)" --upto 1 --hint',
    "chain-rule": 'diff "sin(x^2+1)"',
    "chain-style": 'diff "e^(sin(x^2+1)) + ln(x^2+1)" --style chain',
    "shared": 'diff "e^(sin(x^2+1)) + ln(x^2+1)"',
    "quotient-at": 'diff "log(x)/x" --at 1',
    "quotient-textbook": 'diff "sin(2x^5+3x)/e^(7x)"',
    "letters": 'diff "a x^2 + b x + c"',
    "letters-quiet": 'diff "a x^2 + b x + c" --quiet',
    "floor": 'diff "floor(x)*x"',
    "variable": 'diff "x"',
    "constant": 'diff "7"',
    "sum": 'diff "x^3 - 4x + 7"',
    "minus": "diff -x^2",
    "second": 'diff "x*sin(x)" --order 2',
    "mixed": 'diff "x^2 y^3" --wrt x,y',
    "fractions": 'diff "1/(1+1/x)"',
    "power-tower": 'diff "x^x"',
    "unknown-function": 'diff "x f(x^2)"',
    "never-closed": 'diff "x**2*sin(x"',
    "did-you-mean": 'diff "sinn(2x)"',
    "two-letters": 'diff "x*y"',
    "too-large": 'diff "9**9**9**9*x"',
    "partial": 'partial "x^2 y + sin(xy)" --wrt x',
    "partial-mixed": 'partial "x^2 y^3" --wrt x,y',
    "partial-absent": 'partial "x^2" --wrt z',
    "partial-letters": 'partial "x y"',
    "jacobian": 'jacobian "x^2 y, 5x + sin y" --wrt x,y',
    "jacobian-at": 'jacobian "r cos(t), r sin(t)" --wrt r,t --at 2,pi/3 --detail brief',
    "gradient": 'gradient "x^2 y" --at 1,2',
    "gradient-reverse": 'gradient "ln(e^x + e^y)" --reverse',
    "gradient-chain": 'gradient "a x^2 + sin(y)" --wrt x,y --style chain',
    "hessian": 'hessian "x^2 y + z" --wrt x,y,z',
    "hessian-at": 'hessian "x^3 - 3x y^2 + x^2" --at 0,0 --detail brief',
    "laplacian": 'laplacian "e^x sin(y)"',
    "divergence": 'divergence "x^2 y, y^2 e^x"',
    "divergence-mismatch": 'divergence "x, y, z" --wrt x,y',
    "curl": 'curl "-y, x, 0" --wrt x,y,z',
    "directional": 'directional "x^2 y" --direction 3,4 --at 1,2',
    "directional-zero": 'directional "x^2 y" --direction 0,0',
    "directional-missing": 'directional "x^2 y"',
    "curl-of-a-gradient": 'curl "y z, x z, x y"',
    "total-of-vectors": 'total "F = (u v, u + v); u = x^2; v = x y" --wrt x,y',
    "jacobian-large": 'jacobian "x_1^2, x_2^2, x_3^2, x_4^2, x_5^2, x_6^2, x_7^2, x_8^2, x_9^2" --detail brief',
    "taylor": 'taylor "exp(x) cos(x)" --order 4 --on 0.5',
    "taylor-full": 'taylor "ln x" --about 1 --order 2 --detail full',
    "taylor-chain": 'taylor "x e^x" --order 2 --style chain',
    "taylor-hint": 'taylor "x e^x" --order 2 --hint',
    "taylor-upto": 'taylor "x e^x" --order 2 --upto 2',
    "taylor-tangent": 'taylor "sqrt x" --about 4 --order 1',
    "taylor-binomial": 'taylor "(1+x)^a" --order 3',
    "taylor-several": 'taylor "e^x sin(y)" --wrt x,y --order 2 --on 0.1',
    "taylor-delta": 'taylor "x^2 y" --wrt x,y --form delta --order 2',
    "taylor-kink": 'taylor "|x|" --about 1 --order 2',
    "taylor-gap": 'taylor "sin(x)/x"',
    "taylor-singular": 'taylor "sqrt(x)"',
    "taylor-ascii": 'taylor "sin(2x)" --order 3 --ascii',
    "slope-error": 'slope "e^x" --at 1 --error',
    "slope-error-flat": 'slope "sin x" --at 0 --error',
    "rule-product": "rules product",
    "rule-sin": "rules sin",
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(name: str, run: Run, snapshot: Callable[[str, str], None]) -> None:
    line = SHOWN[name]
    outcome = run(*shlex.split(line))
    text = f"$ stepcalc {line}\n{outcome.out}"
    if outcome.err:
        text += f"(on standard error)\n{outcome.err}"
    snapshot(name, f"{text}(exit status {outcome.status})\n")
