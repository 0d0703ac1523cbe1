"""The problems of a sheet one by one, with their numbers, as the tools that teachers use want them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stepcalc.render.document import Inline, Words
from stepcalc.sheets.filling import Filled, Item
from stepcalc.sheets.laying_out import question
from stepcalc.sheets.numbering import numbered
from stepcalc.sheets.plan import Section
from stepcalc.sheets.working import Worked


@dataclass(frozen=True, slots=True)
class Numbered:
    """A problem, or a part of one, that has a question of its own.

    Args:
        label: Its number on the sheet: ``"3"``, ``"3a"``.
        section: The section it stands in.
        item: What the sheet says of it.
        worked: Its solution.
        asked: What is asked, the words above a part included.
    """

    label: str
    section: Section
    item: Item
    worked: Worked
    asked: Inline


def numbered_problems(filled: Filled) -> Iterator[Numbered]:
    """Every problem and part with a question of its own, in reading order.

    Args:
        filled: The sheet with its problems.
    """
    number = 0
    for section in filled.sections:
        for item in section.items:
            number += 1
            if item.worked is not None:
                asked = question(item, under_instruction=False)
                yield Numbered(str(number), section.section, item, item.worked, asked)
            stem = question(item, under_instruction=False) if item.entry.text else ()
            for place, part in enumerate(item.parts, 1):
                if part.worked is not None:
                    asked = question(part, under_instruction=False)
                    whole = (*stem, Words(" "), *asked) if stem else asked
                    yield Numbered(
                        f"{number}{numbered('a', place)}", section.section, part, part.worked, whole
                    )
