"""Rounded numbers as people write them: a real minus, and powers of ten with raised digits."""

from __future__ import annotations

from stepcalc.notation.names import superscript


def rounded(value: float, digits: int = 5) -> str:
    """A number with a few digits.

    Args:
        value: The number.
        digits: How many digits.

    Examples:
        >>> rounded(0.0123456), rounded(-1234567.0), rounded(2e-12, 3)
        ('0.012346', '−1.2346×10⁶', '2×10⁻¹²')
    """
    mantissa, _, power = f"{value:.{digits}g}".replace("-", "−").partition("e")
    return mantissa + (f"×10{superscript(str(int(power.replace('−', '-'))))}" if power else "")
