"""Numbers for the letters that a limit leaves alone, and what a claim by cases says for them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import Form, letter_label

USUAL: Final = tuple(
    tuple(Fraction(n, 1009) for n in row)
    for row in ((317, 1423, 2113, 711, 1811), (1873, 409, 1301, 2411, 607), (-743, -1213, 389, -1709, 911))
)
"""What the letters are given for values."""

LARGE: Final = tuple(
    tuple(Fraction(sign * n, 1009) for n in row)
    for row in (
        (5309, 3671, 7433, 4421, 6553),
        (21001, 13007, 17011, 31013, 27017),
        (90001, 70001, 50021, 110017, 60013),
    )
    for sign in (1, -1)
)
"""What they are given where a form has no real value for any of those."""


def as_assumed(item: Form, value: Fraction) -> Fraction:
    """A number with the sign that is assumed of a letter."""
    assumed = dict(letter_label(item)[1])
    if assumed.get("positive") or assumed.get("nonnegative"):
        return abs(value)
    return -abs(value) if assumed.get("negative") or assumed.get("nonpositive") else value


def case_of(claimed: Form, setting: Mapping[Form, Fraction]) -> Form:
    """What is claimed for the values of the other letters, where it is claimed by their signs."""
    for value, condition in cases_of(claimed):
        if _is_met(condition, setting):
            return value
    return claimed


def _is_met(condition: Form, setting: Mapping[Form, Fraction]) -> bool:
    """Whether a letter has the value, or the sign, that a condition asks for."""
    if condition.head == "logic":
        return all(_is_met(part, setting) for part in condition.args)
    found, border = setting.get(condition.args[0]), as_fraction(condition.args[1])
    if found is None or border is None:
        return False
    return {">": found > border, "<": found < border, "=": found == border}.get(str(condition.label), False)


def cases_of(claimed: Form) -> list[tuple[Form, Form]]:
    """The values and the relations of a claim by cases; none of any other claim."""
    if claimed.head != "call" or claimed.label != "piecewise":
        return []
    pairs = [case.args for case in claimed.args]
    return [(value, condition) for value, condition in pairs if condition.head in ("relation", "logic")]
