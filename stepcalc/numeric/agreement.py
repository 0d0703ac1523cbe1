"""Whether two values at a point are the same number, as far as the precision they were found at can tell."""

from __future__ import annotations

from typing import Any, Final

import mpmath

from stepcalc.numeric.domain import Sample

TOLERANCE_BITS: Final = 56
"""Two values agree if they differ by less than 2**-56 (17 digits) of the largest term that went into them."""

DIFFERENCE_BITS: Final = 100
"""What a central difference leaves of the precision of the function whose values were subtracted."""


def differ(sample: Sample, left: int, right: int, subject: int | None = None) -> bool:
    """Whether two roots of a program have different values at a point.

    Args:
        sample: The point with the values there.
        left: The place of one root.
        right: The place of the other.
        subject: Where one of them is a derivative, the place of the function that was differentiated: where
            that is nearly constant its differences drown in its own rounding.

    Returns:
        True only if they are apart by more than rounding explains.
    """
    apart: Any = abs(sample.values[left] - sample.values[right])
    if not sample.scales:
        size = 1 + abs(sample.values[left]) + abs(sample.values[right])
        allowed = mpmath.ldexp(size, -TOLERANCE_BITS)
        if subject is not None and sample.values[subject] is not None:
            allowed = max(allowed, mpmath.ldexp(abs(sample.values[subject]), -DIFFERENCE_BITS))
        return bool(apart > allowed)
    bits = max(sample.scales[left], sample.scales[right]) - TOLERANCE_BITS
    if subject is not None:
        bits = max(bits, sample.scales[subject] - DIFFERENCE_BITS)
    return bool(apart > mpmath.ldexp(1, bits))
