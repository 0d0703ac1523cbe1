"""What people see of limits, of derivatives from their definition, of slopes and of curves."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest

from tests.cli.conftest import Run

SHOWN = {
    "limit": 'limit "sin(3x)/x" --to 0',
    "limit-lhopital": 'limit "(x - sin(x))/x^3"',
    "limit-lhopital-ascii": 'limit "(x - sin(x))/x^3" --ascii --upto 2',
    "limit-chain": 'limit "(sqrt(x + 1) - 1)/x" --style chain',
    "limit-hint": 'limit "sqrt(x^2 + 3x) - x" --to oo --hint',
    "limit-upto-hint": 'limit "(x - sin(x))/x^3" --upto 1 --hint',
    "limit-sides": 'limit "|x|/x"',
    "limit-growth": 'limit "e^x/x^10" --to oo',
    "limit-oscillation": 'limit "x sin(x)" --to oo',
    "limit-cases": 'limit "e^(a x)" --wrt x --to oo',
    "limit-depends": 'limit "b e^(-a x)" --wrt x --to oo',
    "limit-not-explained": 'limit "x gamma(x)"',
    "definition": 'diff "1/x" --from-definition',
    "definition-product": 'diff "x e^x" --from-definition --style chain',
    "definition-not-freed": 'diff "arcsin(x)" --from-definition',
    "logarithm": 'diff "x^x sin(x)" --method log --at pi/2',
    "logarithm-chain": 'diff "x^2 (x+1)^3 e^x" --method log --style chain',
    "logarithm-of-a-sum": 'diff "x^2 + sin(x)" --method log',
    "slope": 'slope "x^2" --at 1',
    "implicit-at": 'implicit "x^2 + y^2 = 25" --at 3,4',
    "implicit-upright": 'implicit "x^2 + y^2 = 25" --at 5,0 --detail brief',
    "implicit-beside": 'implicit "x^2 + y^2 = 25" --at 1,1',
    "implicit-second": 'implicit "x^2 + y^2 = 25" --order 2 --at 3,4 --detail brief',
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(name: str, run: Run, snapshot: Callable[[str, str], None]) -> None:
    line = SHOWN[name]
    outcome = run(*shlex.split(line))
    text = f"$ stepcalc {line}\n{outcome.out}"
    if outcome.err:
        text += f"(on standard error)\n{outcome.err}"
    snapshot(name, f"{text}(exit status {outcome.status})\n")
