"""What can be said of a node before any letter has a value: its exact number, its parts, its soundness."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from stepcalc.notation.forms import Form

_NUMBERS: Final = frozenset({"pi", "e", "i", "euler_gamma", "infinity", "undefined"})

_TRUTH_HEADS: Final = ("relation", "logic")


def _is_truth(form: Form) -> bool:
    return form.head in _TRUTH_HEADS or (form.head == "constant" and form.label == "true")


def _is_number(form: Form) -> bool:
    if form.head == "constant":
        return form.label in _NUMBERS
    return form.head != "vector" and form.head not in _TRUTH_HEADS


def is_well_formed(node: Form) -> bool:
    """Whether numbers stand where numbers are needed, and conditions where conditions are."""
    args = node.args
    match node.head:
        case "vector" | "goal":
            return True
        case "logic":
            return all(map(_is_truth, args))
        case "relation" if node.label in ("in", "not in"):
            return _is_number(args[0]) and args[1].head == "constant"
        case "call" if node.label == "piecewise":
            return all(
                branch.head == "vector"
                and len(branch.args) == 2
                and _is_number(branch.args[0])
                and _is_truth(branch.args[1])
                for branch in args
            )
        case _:
            return all(map(_is_number, args))


LARGEST_CONSTANT_BITS: Final = 20_000


def exact_value(node: Form, args: Sequence[Fraction | None]) -> Fraction | None:
    """The rational number that a form without letters or functions is, if it is one of bounded size."""
    if node.head == "number":
        assert isinstance(node.label, int | Fraction)
        return Fraction(node.label)
    if node.head not in ("sum", "product", "quotient", "power"):
        return None
    known = [arg for arg in args if arg is not None]
    if len(known) < len(args):
        return None
    match node.head:
        case "sum":
            found = sum(known, Fraction(0))
        case "product":
            found = Fraction(1)
            for factor in known:
                found *= factor
        case "quotient":
            if not known[1]:
                return None
            found = known[0] / known[1]
        case _:
            return _exact_power(*known)
    return (
        found
        if found.numerator.bit_length() + found.denominator.bit_length() < LARGEST_CONSTANT_BITS
        else None
    )


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    size = base.numerator.bit_length() + base.denominator.bit_length()
    if exponent.denominator > 1 or not base or size * abs(exponent.numerator) > LARGEST_CONSTANT_BITS:
        return None
    return base**exponent.numerator


def is_integral(node: Form) -> bool:
    """Whether a node is a definite integral: of what, in which letter, from where, up to where."""
    return node.head == "call" and node.label == "integral" and len(node.args) == 4


def evaluated_parts(node: Form) -> tuple[Form, ...]:
    """The arguments that are evaluated before the node: not what is under a derivative or an integral."""
    if node.head == "goal":
        return ()
    return node.args[2:] if is_integral(node) else node.args
