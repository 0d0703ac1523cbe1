"""Patterns: texts with gaps, from which problems are proposed.

A gap is one of

========================  ====================================================================================
``{k}``                   a choice of the part of this name: a number of its range, or one of its texts,
                          whose own gaps are then filled
``{k:a}``                 the same, and ``a`` stands for it from here on; names in one pattern differ in value
``{let a=k b=k}``         names for choices, and nothing written
``{a}``                   what ``a`` stands for
``{=a^2+b}``              a number worked out
``{poly 1, -a-b, a*b}``   a polynomial in x by its coefficients, highest power first, as people write it
``{poly t: a, b}``        the same in another letter
========================  ====================================================================================

After ``@`` stand what the question needs beside its expression: ``sin({k}x)/x @ point=0``.

A choice between texts that have gaps is *structure*: parallel problems share it. Numbers and plain texts are
chosen anew for each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from stepcalc.errors import RuleError
from stepcalc.messages import say
from stepcalc.notation.forms import Form

_GAP: Final = re.compile(r"\{([^{}]*)\}")
_RANGE: Final = re.compile(r"(-?\d+)\.\.(-?\d+)")
_NAME: Final = re.compile(r"\b[a-z]\w*\b")
DEEPEST: Final = 12
"""No part has more parts inside each other than this."""


class AlikeError(Exception):
    """Names that must differ in value do not: another draw is needed."""


@dataclass(slots=True)
class Draw:
    """One way of filling the gaps of a pattern.

    Args:
        random: Where free choices come from.
        parts: What gaps may be filled with, by name.
        given: The structural choices to be made first, in order; those of an earlier draw.
        recipe: The structural choices that were made.
    """

    random: Random
    parts: Mapping[str, str | Sequence[str]]
    given: Sequence[int] = ()
    recipe: list[int] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)

    def pattern(self, patterns: Sequence[str], options: str = "") -> str:
        """One of some patterns, filled.

        Args:
            patterns: The patterns to choose from.
            options: What belongs after the ``@`` of each.

        Raises:
            AlikeError: Two of its names have the same value.
            RuleError: A gap has no part of its name.
        """
        chosen = patterns[self._structural(len(patterns))]
        if options:
            chosen += f" {options}" if "@" in chosen else f" @ {options}"
        return without_ones(self._filled(chosen, 0))

    def _structural(self, count: int) -> int:
        place = len(self.recipe)
        chosen = self.given[place] if place < len(self.given) else self._any(count)
        self.recipe.append(chosen % count)
        return chosen % count

    def _any(self, count: int) -> int:
        # Of Python's own choices this one is promised to stay the same from version to version.
        return int(self.random.random() * count)

    def _filled(self, text: str, depth: int) -> str:
        if depth > DEEPEST:
            raise RuleError(say("pattern-too-deep", pattern=text), code="pattern-too-deep")
        return _GAP.sub(lambda gap: self._gap(gap.group(1).strip(), depth), text)

    def _gap(self, gap: str, depth: int) -> str:
        if gap.startswith("="):
            return str(self._worked_out(gap[1:]))
        if gap.startswith("poly "):
            before, colon, coefficients = gap[5:].rpartition(":")
            letter = before.strip() if colon else "x"
            return polynomial([self._worked_out(part) for part in coefficients.split(",")], letter)
        if gap.startswith("let "):
            for name, _, part in (pair.partition("=") for pair in gap[4:].split()):
                self._named(name, part, depth)
            return ""
        part, _, name = gap.partition(":")
        if part in self._names:
            return self._names[part]
        return self._named(name, part, depth) if name else self._chosen(part, depth)

    def _named(self, name: str, part: str, depth: int) -> str:
        found = self._chosen(part, depth)
        if found in self._names.values():
            raise AlikeError
        self._names[name] = found
        return found

    def _chosen(self, part: str, depth: int) -> str:
        choices = self.parts.get(part)
        if choices is None:
            raise RuleError(say("pattern-part", part=part), code="pattern-part")
        if isinstance(choices, str):
            ends = _RANGE.fullmatch(choices)
            if ends is None:
                return self._filled(choices, depth + 1)
            low, high = int(ends.group(1)), int(ends.group(2))
            return str(low + self._any(high - low + 1))
        has_gaps = any("{" in choice for choice in choices)
        return self._filled(
            choices[self._structural(len(choices)) if has_gaps else self._any(len(choices))], depth + 1
        )

    def _worked_out(self, text: str) -> int:
        from stepcalc.notation.arithmetic import number_value

        written = _NAME.sub(lambda name: f"({self._names.get(name.group(), name.group())})", text)
        found = number_value(_arithmetic(written))
        if found is None or found.denominator != 1:
            raise RuleError(say("pattern-number", text=text), code="pattern-number")
        return int(found)


def without_ones(text: str) -> str:
    """A text without the ones that nobody writes before a letter or a bracket.

    Examples:
        >>> without_ones("1ln(1 + 1x)/(11x) + x^1y - 1(x + 1)")
        'ln(1 + x)/(11x) + x^1y - (x + 1)'
    """
    return _ONE.sub("", text)


_ONE: Final = re.compile(r"(?<![\w.^])1(?=[A-Za-z(])")


def _arithmetic(text: str) -> Form:
    from stepcalc.notation.reader import read_text

    return read_text(text).form


def polynomial(coefficients: Sequence[int], letter: str = "x") -> str:
    """A polynomial as people write it: no ones, no noughts, no plus before a minus.

    Args:
        coefficients: Highest power first.
        letter: Its letter.

    Examples:
        >>> polynomial([1, -5, 6]), polynomial([-2, 0, 0, 1], "t"), polynomial([0])
        ('x^2 - 5x + 6', '-2t^3 + 1', '0')
    """
    text = ""
    for power, coefficient in zip(reversed(range(len(coefficients))), coefficients, strict=True):
        if coefficient:
            number = "" if abs(coefficient) == 1 and power else str(abs(coefficient))
            variable = "" if power == 0 else letter if power == 1 else f"{letter}^{power}"
            sign = ("-" if coefficient < 0 else "") if not text else (" - " if coefficient < 0 else " + ")
            text += sign + number + variable
    return text or "0"
