"""Plots drawn by matplotlib: SVG that says what it shows, the same each time, and PNG.

Colours are those of Okabe and Ito, which colour-blind readers tell apart; lines differ by their dashes, too.
Legends stand above the axes, so that no label lies on a curve.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, Final

from stepcalc.render.mathwords import Maths, in_latex, law_pieces
from stepcalc.render.plots.data import Arrow, HeightMap, Line, Panel, Picture
from stepcalc.render.plots.describing import in_pi, shown

BLACK: Final = "#000000"
GREY: Final = "#767676"
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#AA4499"
SKY: Final = "#56B4E9"

WIDTH: Final = 6.4
"""Inches."""

PANEL_HEIGHTS: Final = {1: 4.2, 2: 5.6}
DPI: Final = 150
SIZE: Final = 9.5
"""Points."""

_Look = tuple[str, Any, float]
"""Colour, dashes, width."""

_LOOKS: Final[dict[str, _Look]] = {
    "function": (BLUE, "-", 1.9),
    "derivative": (VERMILION, (0, (7, 2)), 1.7),
    "tangent": (GREEN, (0, (4, 1.6, 1, 1.6)), 1.7),
    "bar": (GREY, "-", 1.1),
}
_SECANTS: Final[tuple[_Look, ...]] = (
    (PURPLE, (0, (1, 1.4)), 1.2),
    (PURPLE, (0, (3, 1.6)), 1.4),
    (PURPLE, (0, (6, 1.6)), 1.6),
)
_POLYNOMIALS: Final[tuple[_Look, ...]] = (
    (PURPLE, (0, (1, 1.4)), 1.2),
    (GREEN, (0, (3, 1.4, 1, 1.4)), 1.3),
    ("#CC79A7", (0, (4, 1.6)), 1.5),
    (VERMILION, (0, (8, 2)), 1.8),
)

_SETTINGS: Final = {
    "svg.hashsalt": "stepcalc",
    "svg.fonttype": "path",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": SIZE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "legend.frameon": False,
    "mathtext.fontset": "dejavusans",
    "mathtext.default": "regular",
    "path.simplify_threshold": 0.2,
}


def svg(picture: Picture) -> str:
    """The picture as an element ``<svg>``, with its title and what is seen on it for screen readers.

    Args:
        picture: What is drawn.
    """
    with _drawn(picture) as figure:
        target = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(target, format="svg", metadata=nothing)
    return _accessible(target.getvalue(), picture)


def png(picture: Picture, *, dpi: int = DPI) -> bytes:
    """The picture as the bytes of a PNG.

    Args:
        picture: What is drawn.
        dpi: Dots per inch; the picture is 6.4 inches wide.
    """
    with _drawn(picture) as figure:
        target = io.BytesIO()
        about = {"Software": None, "Title": picture.title, "Description": picture.alt}
        figure.savefig(target, format="png", dpi=dpi, metadata=about)
    return target.getvalue()


def _accessible(text: str, picture: Picture) -> str:
    """The drawing alone, with title and description, and identifiers that no other on a page has."""
    text = text[text.index("<svg") :]
    own = f"p{zlib.crc32(text.encode() + picture.alt.encode()):08x}"
    text = re.sub(r'\bid="([^"]+)"', rf'id="{own}-\1"', text)
    text = re.sub(r'(xlink:href="#|href="#|url\(#)', rf"\g<0>{own}-", text)
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = text.replace("*{stroke-linejoin", f"#{own} *{{stroke-linejoin", 1)  # and nothing else on a page
    opening, rest = text.split(">", 1)
    said = f' id="{own}" role="img" aria-labelledby="{own}-title {own}-desc"'
    title = f'<title id="{own}-title">{escape(picture.title)}</title>'
    description = f'<desc id="{own}-desc">{escape(picture.alt)}</desc>'
    return f"{opening}{said}>\n {title}\n {description}{rest}".rstrip() + "\n"


@contextmanager
def _drawn(picture: Picture) -> Iterator[Any]:
    """The figure, whatever the user's own settings of matplotlib are, which stay as they were."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        settings: Any = matplotlib.rcParams  # whose stubs know names only as literals
        settings.update(_SETTINGS)
        yield figure_of(picture)


def figure_of(picture: Picture) -> Any:
    """The matplotlib figure; its text does not overlap.

    Args:
        picture: What is drawn.
    """
    from matplotlib.figure import Figure

    only = picture.panels[0]
    if isinstance(only, HeightMap):
        figure = Figure(figsize=(WIDTH, 5.4), layout="constrained")
        _height_map(figure, only)
        return figure
    figure = Figure(figsize=(WIDTH, PANEL_HEIGHTS[len(picture.panels)]), layout="constrained")
    ratios = [1.35, 1][: len(picture.panels)]
    axes = figure.subplots(len(picture.panels), sharex=True, squeeze=False, height_ratios=ratios)[:, 0]
    for place, (panel, one) in enumerate(zip(picture.panels, axes, strict=True)):
        if isinstance(panel, Panel):
            _panel(one, panel, last=place == len(axes) - 1)
    return figure


# ------------------------------------------------------------------------------------------------- panels


def _panel(axes: Any, panel: Panel, *, last: bool) -> None:
    axes.set_xlim(*panel.across)
    axes.set_ylim(*panel.up)
    axes.grid(True, color="#E4E4E4", linewidth=0.6)
    axes.set_axisbelow(True)
    for value, line in ((0.0, axes.axhline), (0.0, axes.axvline)):
        line(value, color="#555555", linewidth=0.9, zorder=1.5)
    for place in panel.guides:
        axes.axvline(place, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1.6)
    for place in panel.poles:
        axes.axvline(place, color=GREY, linewidth=1.0, linestyle=(0, (5, 3)), zorder=1.6)
    handles: list[Any] = []
    band: list[Any] = []
    if panel.band is not None:
        band = [axes.fill_between(panel.band.x, panel.band.low, panel.band.high, color=SKY, alpha=0.35,
                          linewidth=0, label=panel.band.name)]  # fmt: skip
    for place, line in enumerate(panel.lines):
        handles += _line(
            axes, line, 3 + 0.1 * (len(panel.lines) - place if line.role == "function" else place)
        )
    for kind, draw in _MARKS.items():
        marks = [mark for mark in panel.marks if mark.kind == kind]
        if marks:
            drawn = draw(axes, [mark.x for mark in marks], [mark.y for mark in marks])
            if kind == "datum" and panel.data:
                drawn[0].set_label(panel.data)
                handles += drawn
    _write_numbers(axes.yaxis)
    if panel.in_pi:
        _mark_in_pi(axes, panel.across)
    else:
        _write_numbers(axes.xaxis)
        _space_out(axes.xaxis, panel.across)
    if last:
        axes.set_xlabel(panel.letter, loc="right", style="italic")
    _legend(axes, [*handles, *band], LEGEND)


def look(line: Line) -> _Look:
    """Colour, dashes and width of a curve."""
    if line.role == "secant":
        return _SECANTS[line.rank % len(_SECANTS)]
    if line.role == "polynomial":
        return _POLYNOMIALS[line.rank % len(_POLYNOMIALS)]
    return _LOOKS[line.role]


def _line(axes: Any, line: Line, height: float) -> list[Any]:
    """A curve as one path with gaps, so that the legend names it once."""
    import numpy as np

    colour, dashes, width = look(line)
    gap = np.array([np.nan])
    x, y = (
        np.concatenate([part for piece in line.pieces for part in (piece[axis], gap)]) if line.pieces else gap
        for axis in (0, 1)
    )
    drawn: list[Any] = axes.plot(
        x, y, color=colour, linestyle=dashes, linewidth=width, label=label_of(line.name), zorder=height,
        solid_joinstyle="round", dash_capstyle="butt",
    )  # fmt: skip
    return drawn


def label_of(name: str) -> str:
    """A name for the legend, its exponents raised; as it stands where there is nothing to raise.

    Examples:
        >>> label_of("f(x) = x^(2/3)"), label_of("order 2")
        ('$f(x) = x^{2/3}$', 'order 2')
    """
    if "^" not in name:
        return name.replace("$", r"\$")
    from matplotlib.mathtext import MathTextParser

    pieces = law_pieces(name)
    written = "".join(
        f"${in_latex(piece)}$" if isinstance(piece, Maths) else piece.replace("$", r"\$") for piece in pieces
    )
    try:
        MathTextParser("path").parse(written)
    except ValueError:  # matplotlib knows but a part of LaTeX
        return name.replace("$", r"\$")
    return written


def _spot(**style: Any) -> Callable[[Any, list[float], list[float]], list[Any]]:
    def draw(axes: Any, x: list[float], y: list[float]) -> list[Any]:
        return list(axes.plot(x, y, linestyle="none", zorder=5, clip_on=False, **style))

    return draw


_MARKS: Final = {
    "point": _spot(marker="o", markersize=6.5, color=BLACK),
    "secant": _spot(marker="o", markersize=4.5, color=PURPLE),
    "open": _spot(
        marker="o", markersize=5.5, markerfacecolor="white", markeredgecolor=BLUE, markeredgewidth=1.3
    ),
    "closed": _spot(marker="o", markersize=5, color=BLUE),
    "datum": _spot(marker="o", markersize=3.6, color=BLACK),
}


def _write_numbers(axis: Any) -> None:
    """Numbers in full beside their marks: a power of ten at the axis's end would lie on the legend."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: shown(value, 8)))


def _space_out(axis: Any, ends: tuple[float, float]) -> None:
    """So many numbers under an axis as their length leaves room for."""
    from matplotlib.ticker import MaxNLocator

    for count in (9, 6, 4, 3):
        locator = MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10])
        if max(len(shown(value, 8)) for value in locator.tick_values(*ends)) * count <= ROOM_FOR_NUMBERS:
            break
    axis.set_major_locator(locator)


ROOM_FOR_NUMBERS: Final = 56
"""How many characters fit under an axis with gaps between them."""


def _mark_in_pi(axes: Any, across: tuple[float, float]) -> None:
    """The horizontal axis in parts of π."""
    import math

    from matplotlib.ticker import FuncFormatter, MultipleLocator

    width = across[1] - across[0]
    step = next(
        part for part in (1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 4, 8) if width / (part * math.pi) <= 9.01
    )
    axes.xaxis.set_major_locator(MultipleLocator(step * math.pi))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: in_pi(value)))


def _legend(axes: Any, handles: list[Any], part: float) -> None:
    """The names above the axes, as many in a row as fit, in reading order."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas: Any = FigureCanvasAgg(axes.figure)
    renderer = canvas.get_renderer()
    room = axes.figure.bbox.width * part
    for columns in range(len(handles), 0, -1):
        rows = -(-len(handles) // columns)
        if columns > 1 and -(-len(handles) // (columns - 1)) == rows:
            continue  # as many rows with fewer columns
        legend = axes.legend(
            handles=_by_rows(handles, columns), loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns,
            borderaxespad=0.3, handlelength=3.2, columnspacing=1.6, handletextpad=0.6, labelspacing=0.35,
        )  # fmt: skip
        if legend.get_window_extent(renderer).width <= room:
            return


LEGEND: Final = 0.86
"""The part of the picture's width that a legend may take."""

LEGEND_OF_MAP: Final = 0.62
"""The same where a bar of colours stands beside it."""


def _by_rows(handles: list[Any], columns: int) -> list[Any]:
    """What stands in rows when a legend fills columns from top to bottom, each as full as those before."""
    rows = -(-len(handles) // columns)
    full = len(handles) - columns * (rows - 1)
    grid = [handles[start : start + columns] for start in range(0, len(handles), columns)]
    if full < columns:  # a legend makes its first columns the longer ones
        return [row[place] for place in range(columns) for row in grid if place < len(row)]
    return [row[place] for place in range(columns) for row in grid]


# ---------------------------------------------------------------------------------------------- height maps


def _height_map(figure: Any, drawn: HeightMap) -> None:
    from matplotlib.colors import BoundaryNorm
    from matplotlib.lines import Line2D

    axes = figure.subplots()
    axes.set_aspect("equal")
    for spine in axes.spines.values():
        spine.set_visible(True)
    handles = []
    if len(drawn.levels) > 1:
        # As much colour between two lines as between two others, whatever the steps are.
        colours = BoundaryNorm(drawn.levels, 256, extend="both")
        filled = axes.contourf(drawn.x, drawn.y, drawn.heights, levels=list(drawn.levels), cmap="cividis",
                               norm=colours, extend="both", alpha=0.55)  # fmt: skip
        axes.contour(drawn.x, drawn.y, drawn.heights, levels=list(drawn.levels), colors="#333333",
                     linewidths=0.8, linestyles="solid")  # fmt: skip
        bar = figure.colorbar(filled, ax=axes, shrink=0.92, pad=0.02)
        _write_numbers(bar.ax.yaxis)
        bar.ax.set_title(f"f({', '.join(drawn.letters)})", fontsize=SIZE)
        handles.append(Line2D([], [], color="#333333", linewidth=0.8, label=label_of(f"f = {drawn.name}")))
    if drawn.near is not None:
        axes.contour(drawn.x, drawn.y, drawn.near, levels=list(drawn.levels), colors=VERMILION,
                     linewidths=1.4, linestyles=[(0, (5, 2))])  # fmt: skip
        handles.append(
            Line2D([], [], color=VERMILION, linewidth=1.4, linestyle=(0, (5, 2)), label=drawn.near_name)
        )
    if drawn.arrows:
        _arrows(axes, drawn.arrows)
        handles.append(Line2D([], [], color=BLACK, linewidth=1.2, marker=">", markersize=5, markevery=[-1],
                              label=drawn.arrows_name))  # fmt: skip
    for line in drawn.paths:
        handles += _line(axes, line, 5.5)
    for mark in drawn.marks:
        _MARKS[mark.kind](axes, [mark.x], [mark.y])
    if drawn.mark is not None:
        axes.plot([drawn.mark.x], [drawn.mark.y], marker="o", markersize=7, color=VERMILION, markeredgecolor="white",
                  linestyle="none", zorder=6)  # fmt: skip
    _write_numbers(axes.xaxis)
    _write_numbers(axes.yaxis)
    axes.set_xlim(drawn.x[0], drawn.x[-1])
    axes.set_ylim(drawn.y[0], drawn.y[-1])
    axes.set_xlabel(drawn.letters[0], style="italic")
    axes.set_ylabel(drawn.letters[1], style="italic", rotation=0)
    _legend(axes, handles, LEGEND_OF_MAP)


def _arrows(axes: Any, arrows: tuple[Arrow, ...]) -> None:
    axes.quiver(
        [arrow.x for arrow in arrows], [arrow.y for arrow in arrows],
        [arrow.across for arrow in arrows], [arrow.up for arrow in arrows],
        angles="xy", scale_units="xy", scale=1, color=BLACK, width=0.0042, headwidth=4.2, headlength=5,
        headaxislength=4.4, zorder=5,
    )  # fmt: skip
