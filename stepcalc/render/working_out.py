"""One example worked through a network: the formulas, the numbers they give, derivatives beside differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from stepcalc.messages import say
from stepcalc.notation.forms import Form
from stepcalc.notation.rounded import rounded
from stepcalc.render import networks
from stepcalc.render.document import Block, Formula, Inline, Prose, Table, Words, words
from stepcalc.render.reports import working
from stepcalc.rulebook.networks import COST, TARGET, at_layer, lettered

if TYPE_CHECKING:
    from stepcalc.calculus.networks.worked import Worked
    from stepcalc.render.presentation import Presentation

MOST_ENTRIES: Final = 6
"""Of a longer column the first entries are shown."""

MOST_ROWS: Final = 40


def blocks(found: Worked, told: Presentation) -> Iterator[Block]:
    """All that is told of one example."""
    derivation = found.network.derivation
    yield from networks.opening(derivation)
    if told.detail == "full":
        yield from working(found, derivation.stages, derivation.question, told, answer=derivation.answer)
    elif told.detail == "normal":
        yield from networks.formulas(derivation)
    yield Prose(words(say("worked-weights", seed=found.network.seed)), role="strong")
    for whole, value in zip(found.network.shape.parameters(), found.network.parameters, strict=True):
        rows = "; ".join(_listed(row) for row in value.tolist()[:MOST_ENTRIES])
        more = "; …" if len(value) > MOST_ENTRIES else ""
        yield Prose((Formula(whole), Words(f" = [{rows}{more}]")))
    layers = range(1, found.network.shape.depth + 1)
    yield Prose(words(say("worked-forward")), role="strong")
    for letter in (
        at_layer("a", 0),
        *(at_layer(base, layer) for layer in layers for base in "za"),
        TARGET,
        COST,
    ):
        yield _value(found, letter)
    yield Prose(words(say("worked-backward")), role="strong")
    for layer in reversed(layers):
        yield _value(found, at_layer("delta", layer))
    yield from _derivatives(found, told)


def _value(found: Worked, letter: Form) -> Block:
    """A letter and its numbers."""
    value = found.values[letter].ravel().tolist()
    text = rounded(value[0]) if letter is COST else f"[{_listed(value)}]"
    return Prose((Formula(letter), Words(f" = {text}")))


def _listed(values: list[float]) -> str:
    dots = [", …"] if len(values) > MOST_ENTRIES else []
    return ", ".join(map(rounded, values[:MOST_ENTRIES])) + "".join(dots)


def _derivatives(found: Worked, told: Presentation) -> Iterator[Block]:
    """Each derivative by back-propagation, and what a central difference of the cost says."""
    shape = found.network.shape
    letters = lettered(shape)
    rows: list[tuple[Inline, ...]] = []
    for whole, (name, value) in zip(shape.parameters(), found.gradient.items(), strict=True):
        names = [entry for row in letters[whole] for entry in row]
        others = found.differences.get(name)
        for place, (entry, slope) in enumerate(zip(names, value.ravel().tolist(), strict=True)):
            difference = "" if others is None else rounded(_settled(others.ravel().tolist()[place]))
            rows.append(((Formula(networks.by(entry)),), words(rounded(slope)), words(difference)))
    yield Prose(words(say("worked-gradient")), role="strong")
    kept = rows if told.everything or told.detail == "full" else rows[:MOST_ROWS]
    yield Table(("", say("worked-derived"), say("worked-difference")), tuple(kept))
    if len(kept) < len(rows):
        yield Prose(words(say("worked-more", count=f"{len(rows) - len(kept):,}")), role="note")


def _settled(value: float) -> float:
    """A difference without what rounding leaves of nothing."""
    return 0.0 if abs(value) < 1e-10 else value


def picture(found: Worked, on: Any = None) -> Any:
    """There is none."""
    from stepcalc.errors import UsageError

    raise UsageError(say("plot-worked"), code="plot-worked")
