"""Training told: the network, its gradient as it was derived, the cost epoch by epoch, and what came out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.names import layered_text
from stepcalc.notation.rounded import rounded
from stepcalc.render import networks
from stepcalc.render.document import Block, Figure, Formula, Inline, Prose, Table, Words, words
from stepcalc.render.reports import working
from stepcalc.rulebook.networks import CROSS_ENTROPY, SQUARES, at_layer, unit

if TYPE_CHECKING:
    from stepcalc.calculus.networks.training import Training
    from stepcalc.render.plots.data import Picture, Range
    from stepcalc.render.presentation import Presentation

MOST_WEIGHTS: Final = 24
"""Of more weights and biases none is shown."""

MOST_COLUMNS: Final = 6
MOST_TIMES: Final = 1e6
"""A change that is more times what was before is a power of ten."""

SHARES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""At which shares height lines are drawn: few, since they lie close where classes meet."""

MOST_STRETCHED: Final = 6
"""Of two inputs neither may reach further than so many times what the other does, for both to be on a map."""

POINTS: Final = 400
"""From how many points the fitted curve is drawn."""


def blocks(found: Training, told: Presentation) -> Iterator[Block]:
    """All that is told of training."""
    derivation = found.start.derivation
    yield from networks.opening(derivation, training=True)
    if told.detail != "brief":
        yield Prose(words(say("training-gradient")), role="strong")
    if told.detail == "full":
        yield from working(found, derivation.stages, derivation.question, told, answer=derivation.answer)
    elif told.detail == "normal":
        yield from networks.formulas(derivation)
    for note in found.notes:
        yield Prose(words(note), role="note")
    yield from _descent(found, told)
    if found.failure:
        yield Prose(words(found.failure), role="warning")
        return
    yield from _outcome(found)


def _descent(found: Training, told: Presentation) -> Iterator[Block]:
    """The cost at epochs that stand further and further apart."""
    size = len(found.inputs)
    step = say("training-whole") if found.batch is None or found.batch >= size else str(found.batch)
    key = "training-steps" if found.batch is None or found.batch >= size else "training-batches"
    yield Prose(
        words(say(key, rate=rounded(found.rate), count=f"{size:,}", batch=step, seed=found.start.seed)),
        role="strong",
    )
    everything = told.everything or told.detail == "full"
    rows: list[tuple[Inline, ...]] = []
    last = found.costs[0]
    for epoch in range(len(found.costs)) if everything else chosen(found.epochs):
        cost = found.costs[epoch]
        change = _change(last, cost) if rows else ""
        rows.append((words(f"{epoch:,}"), words(rounded(cost)), words(change)))
        last = cost
    yield Table((say("training-epoch"), say("training-cost"), say("table-change")), tuple(rows))


def _change(before: float, now: float) -> str:
    """By how much of itself a cost has changed; one that has grown much, how many times it is what it was.

    Examples:
        >>> _change(2.0, 1.0), _change(1.0, 1200.0)
        ('−50.0%', '× 1,200')
        >>> _change(1.0, 2.5e50)
        '× 2.5×10⁵⁰'
    """
    if not before:
        return ""
    if now > 10 * before:
        times = now / before
        return f"× {times:,.0f}" if times < MOST_TIMES else f"× {rounded(times, 3)}"
    return f"{(now - before) / before:+.1%}".replace("-", "−")


def chosen(epochs: int) -> list[int]:
    """Epochs to be shown: 0, 1, 2, 5, 10, 20, 50, ... and the last.

    Examples:
        >>> chosen(300)
        [0, 1, 2, 5, 10, 20, 50, 100, 200, 300]
    """
    found = [0]
    power = 1
    while power <= epochs:
        found += [digit * power for digit in (1, 2, 5) if digit * power < epochs]
        power *= 10
    return [*found, epochs]


def _outcome(found: Training) -> Iterator[Block]:
    """The weights, where they are few, and how well the outputs fit."""
    import numpy as np

    shape = found.start.shape
    if shape.count() <= MOST_WEIGHTS and max(shape.sizes) <= MOST_COLUMNS:
        yield Prose(words(say("training-weights")), role="strong")
        for whole, value in zip(shape.parameters(), found.network.parameters, strict=True):
            rows = "; ".join(", ".join(rounded(entry) for entry in row) for row in value.tolist())
            yield Prose((Formula(whole), Words(f" = [{rows}]")))
    outputs = found.predict(found.inputs)
    if shape.cost == CROSS_ENTROPY:
        right = int((outputs.argmax(axis=1) == found.targets.argmax(axis=1)).sum())
        yield Prose(words(say("training-right", right=f"{right:,}", count=f"{len(outputs):,}")))
        return
    largest = float(np.abs(outputs - found.targets).max())
    spread = float(((found.targets - found.targets.mean(axis=0)) ** 2).sum(axis=1).mean())
    text = say("training-misses", largest=rounded(largest), cost=rounded(found.costs[-1]))
    if spread > 0:
        text += say("training-share", mean=rounded(spread))
    yield Prose(words(text))


# ------------------------------------------------------------------------------------------------ plots


def picture(found: Training, on: Any = None) -> Picture:
    """The fitted curve with the data for one input and one output, the output over a plane for two; else the cost.

    Args:
        found: The training.
        on: The range of the input, or of both.
    """
    shape = found.start.shape
    if (shape.sizes[0], shape.sizes[-1]) == (1, 1) and shape.cost == SQUARES and not found.failure:
        return _curve(found, on)
    single = shape.sizes[-1] == 1 or shape.cost == CROSS_ENTROPY
    if shape.sizes[0] == 2 and single and not found.failure and (on is not None or _is_of_one_scale(found)):
        return _plane(found, on)
    if on is not None:
        raise UsageError(say("plot-training-range"), code="plot-training-range")
    return costs(found)


def _curve(found: Training, on: Any) -> Picture:
    import numpy as np

    from stepcalc.render.plots import window_of
    from stepcalc.render.plots.data import Line, Mark, Panel, Picture
    from stepcalc.render.plots.describing import shown as written

    x, y = found.inputs[:, 0], found.targets[:, 0]
    given: Range | None = window_of(on, found.rulebook, 1)
    across = given or _room(float(x.min()), float(x.max()), 0.06)
    grid = np.linspace(*across, POINTS)
    curves = [
        Line(((grid, net.predict(grid)[:, 0]),), say(key, layers=_layers(found)), role, rank)
        for net, key, role, rank in (
            (found.start, "plot-training-before", "polynomial", 0),
            (found.network, "plot-training-after", "function", 0),
        )
    ]
    heights = [*y.tolist(), *curves[1].pieces[0][1].tolist()]
    up = _room(min(heights), max(heights), 0.1)
    marks = tuple(Mark(float(a), float(b), "datum") for a, b in zip(x, y, strict=True))
    panel = Panel(tuple(curves), across, up, found.names[0], found.names[1], marks)
    told = {"layers": _layers(found), "count": len(x), "epochs": f"{found.epochs:,}"}
    alt = say("plot-alt-training", **told, low=written(across[0]), high=written(across[1]),
              first=rounded(found.costs[0]), last=rounded(found.costs[-1]))  # fmt: skip
    return Picture((panel,), say("plot-title-training", **told), alt)


def _is_of_one_scale(found: Training) -> bool:
    """Whether the two inputs reach about as far: a map has the same scale both ways."""
    reaches = [float(column.max() - column.min()) for column in found.inputs.T]
    return max(reaches) <= MOST_STRETCHED * min(reaches)


def _plane(found: Training, on: Any) -> Picture:
    """The output as height lines over both inputs, with the examples; of softmax a share."""
    import numpy as np

    from stepcalc.render.plots import window_of
    from stepcalc.render.plots.data import HeightMap, Mark, Picture
    from stepcalc.render.plots.surfaces import ACROSS, levels

    given: tuple[Range, Range] | None = window_of(on, found.rulebook, 2)
    ends = [(float(column.min()), float(column.max())) for column in found.inputs.T]
    x, y = (np.linspace(*each, ACROSS) for each in given or [_room(low, high, 0.15) for low, high in ends])
    places = np.stack([part.ravel() for part in np.meshgrid(x, y)], axis=1)
    heights, raised, name, key = _shown_of(found, found.predict(places))
    heights = heights.reshape(ACROSS, ACROSS)
    marks = tuple(
        Mark(float(across), float(up), "datum" if high else "open")
        for (across, up), high in zip(found.inputs, raised, strict=True)
        if x[0] <= across <= x[-1] and y[0] <= up <= y[-1]
    )
    lines = levels(heights) if found.start.shape.cost == SQUARES else SHARES
    drawn = HeightMap(x, y, heights, lines, (found.names[0], found.names[1]), name, marks=marks)
    told = {"layers": _layers(found), "epochs": f"{found.epochs:,}"}
    title = f"{say('plot-title-training', **told)}. {say(key)}"
    alt = say("plot-alt-plane", **told, first=rounded(found.costs[0]), last=rounded(found.costs[-1]))
    return Picture((drawn,), title, alt)


def _shown_of(found: Training, outputs: Any) -> tuple[Any, Any, str, str]:
    """The heights to be shown, which examples are marked by filled points, a name, and what the points say."""
    shape = found.start.shape
    out = at_layer("a", shape.depth)
    if shape.cost == SQUARES:
        targets = found.targets[:, 0]
        middle = (targets.min() + targets.max()) / 2
        return outputs[:, 0], targets > middle, layered_text(unit(out, 1).name), "plot-points-high"
    if shape.sizes[-1] == 2:
        second = found.targets[:, 1] > found.targets[:, 0]
        return outputs[:, 1], second, layered_text(unit(out, 2).name), "plot-points-class"
    return outputs.max(axis=1), [True] * len(found.inputs), say("plot-largest-share"), "plot-points-share"


def costs(found: Training) -> Picture:
    """The cost over the epochs, in powers of ten."""
    import numpy as np

    from stepcalc.render.plots.data import Line, Panel, Picture

    values = np.array(found.costs, dtype=float)
    kept = np.isfinite(values) & (values > 0)
    epochs, heights = np.arange(len(values), dtype=float)[kept], np.log10(values[kept])
    if len(epochs) > POINTS:
        places = np.unique(np.linspace(0, len(epochs) - 1, POINTS).astype(int))
        epochs, heights = epochs[places], heights[places]
    up = _room(float(heights.min(initial=0)), float(heights.max(initial=0)), 0.08)
    if len(heights):
        up = _room(float(heights.min()), float(heights.max()), 0.08)
    line = Line(((epochs, heights),), say("plot-costs-line"), "derivative")
    panel = Panel((line,), (0.0, float(max(found.epochs, 1))), up, "n", "log₁₀ C")
    told = {"layers": _layers(found), "epochs": f"{found.epochs:,}"}
    alt = say("plot-alt-costs", **told, first=rounded(found.costs[0]), last=rounded(found.costs[-1]))
    return Picture((panel,), say("plot-title-costs", **told), alt)


def figures(found: Training, on: Any = None) -> tuple[Figure, ...]:
    """The fitted curve, where there is one, and the cost."""
    from stepcalc.render.plots import Plot, need_libraries

    need_libraries()
    first, second = picture(found, on), costs(found)
    drawn = [first] if first.title == second.title else [first, second]
    return tuple(Plot(each).figure() for each in drawn)


def _layers(found: Training) -> str:
    return "-".join(map(str, found.start.shape.sizes))


def _room(low: float, high: float, part: float) -> Range:
    """A range with room at both ends."""
    reach = high - low or abs(high) or 1.0
    return low - part * reach, high + part * reach
