"""Forms in two dimensions: fractions stacked, exponents raised, brackets as tall as what they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.appearance import is_cases, is_matrix, is_shallow
from stepcalc.notation.forms import TRUE, TWO, Form, fold, postorder
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.lettering import Lettering
from stepcalc.notation.names import numeral
from stepcalc.notation.operators import rows_of
from stepcalc.notation.pieces import BRACKETS, Factor, Piece, Pieces


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text that are read together.

    Args:
        lines: The lines, all of the same length.
        baseline: The line that text beside the block stands on, counted from 0.
        width: The length of the lines.
        marks: The cells of marked parts, as (line, first column, column after the last).
    """

    lines: tuple[str, ...]
    baseline: int
    width: int
    marks: frozenset[tuple[int, int, int]] = frozenset()


def two_dimensional(
    form: Form,
    *,
    marks: Collection[Form] = (),
    ascii: bool = False,
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    notation: str = "leibniz",
) -> Block:
    """The form in two dimensions.

    Args:
        form: What is written.
        marks: The parts whose cells are marked.
        ascii: Whether to do with plain ASCII.
        functions: The functions that have names, by name.
        notation: ``"leibniz"`` or ``"prime"``, as for ``stepcalc.notation.unicode.one_line``.

    Examples:
        >>> from stepcalc.notation.forms import ONE, add, divide, letter
        >>> x = letter("x")
        >>> print(*two_dimensional(divide(add(x, ONE), x)).lines, "", sep="|")
        x+1|───| x |
    """
    letters = Lettering(ascii=ascii, functions=functions, symbolic=True)
    writer = _Stacking(letters, notation=notation, marks=frozenset(marks))
    box = _laid_out(form, writer)
    assert box is not None
    return _drawn(box)


def display(
    form: Form,
    width: int,
    *,
    marks: Collection[Form] = (),
    ascii: bool = False,
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    notation: str = "leibniz",
) -> Block:
    """The form on one line where it stays readable, in two dimensions where it does not and there is room.

    Args:
        form: What is written.
        width: The number of columns there are.
        marks: The parts whose cells are marked.
        ascii: Whether to do with plain ASCII.
        functions: The functions that have names, by name.
        notation: ``"leibniz"`` or ``"prime"``.
    """
    letters = Lettering(ascii=ascii, functions=functions, symbolic=True)
    writer = _Stacking(letters, notation=notation, marks=frozenset(marks))
    if not fits(form, width):
        box = _laid_out(form, writer, tallest=_TALLEST)
        if box is not None and box.width <= width and (box.height > 1 or _has_matrix(form)):
            return _drawn(box)
    writer.tall = frozenset()
    return _drawn(_line(writer, form, outermost=True))


def fits(form: Form, width: int) -> bool:
    """Whether a form reads well on one line of this many columns, judged from its shape without writing it.

    Fractions within fractions, a fraction with a long numerator, cases by condition, integrals and matrices
    do not, nor what is longer than the line; small fractions such as x/2 are no burden.

    Examples:
        >>> from stepcalc.notation.forms import ONE, add, divide, letter
        >>> slope = divide(ONE, add(ONE, letter("x")))
        >>> fits(slope, 80), fits(divide(ONE, add(ONE, slope)), 80)
        (True, False)
    """
    length, levels, clear = fold(form, _shape)
    return clear and levels < 2 and length <= width


_TALLEST: Final = 16
_LONG: Final = 28
_Shape = tuple[int, int, bool]


def _shape(node: Form, args: tuple[_Shape, ...]) -> _Shape:
    """About how long a node is on one line, how deep its fractions are nested, and whether it is clear."""
    length = sum(arg[0] for arg in args) + _OVERHEAD.get(node.head, 2) + 2 * len(args)
    levels = max((arg[1] for arg in args), default=0)
    clear = all(arg[2] for arg in args)
    match node.head:
        case "number":
            assert isinstance(node.label, int | Fraction)
            return len(numeral(node.label)), 0, True
        case "letter" | "constant" | "reference":
            return len(node.name), 0, True
        case "quotient":
            small = node.args[1].head == "number" and length <= _SMALL + 2 and is_shallow(node)
            long = node.args[0].head == "sum" and args[0][0] > _LONG
            return length, levels + (not small), clear and not long
        case "call" if node.name in ("piecewise", "integral"):
            return length, levels, False
        case "vector" if is_matrix(node):
            return length, levels, False
        case "matrix":
            return length, levels, False
    return length, levels, clear


_OVERHEAD: Final = {"sum": -1, "product": -2, "quotient": -1, "power": -3, "root": 0, "goal": 4}


# Boxes: what has a place and a size, not yet drawn.


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    """Text and smaller boxes at places relative to the left end of the baseline; rows count downwards."""

    width: int
    up: int
    down: int
    texts: tuple[tuple[int, int, str], ...] = ()
    boxes: tuple[tuple[int, int, _Box], ...] = ()
    marked: bool = False
    fraction: bool = False

    @property
    def height(self) -> int:
        return self.up + 1 + self.down


def _text(text: str) -> _Box:
    return _Box(len(text), 0, 0, ((0, 0, text),))


def _around(boxes: list[tuple[int, int, _Box]], texts: Iterable[tuple[int, int, str]] = ()) -> _Box:
    """The smallest box that holds these."""
    texts = tuple(texts)
    width = max([x + box.width for x, _, box in boxes] + [x + len(text) for x, _, text in texts], default=0)
    up = max([box.up - y for _, y, box in boxes] + [-y for _, y, _ in texts] + [0])
    down = max([box.down + y for _, y, box in boxes] + [y for _, y, _ in texts] + [0])
    return _Box(width, up, down, texts, tuple(boxes))


def _row(boxes: list[_Box]) -> _Box:
    """Boxes side by side on one baseline."""
    if len(boxes) == 1:
        return boxes[0]
    column = 0
    placed = []
    for box in boxes:
        placed.append((column, 0, box))
        column += box.width
    return _around(placed)


def _fraction(above: _Box, below: _Box, ascii: bool) -> _Box:
    """A numerator over a denominator; the bar is longer than the bars that it divides."""
    widest = max(above.width, below.width)
    width = widest + 2 if above.fraction or below.fraction or above.height + below.height > 2 else widest
    placed = [
        ((width - above.width + 1) // 2, -1 - above.down, above),
        ((width - below.width + 1) // 2, 1 + below.up, below),
    ]
    bar = (0, 0, ("-" if ascii else "─") * width)
    return _Box(width, above.height, below.height, (bar,), tuple(placed), fraction=True)


def _beside(base: _Box, exponent: _Box) -> _Box:
    """An exponent on one line, beside the upper end of its base."""
    return _around([(0, 0, base), (base.width, -base.up, exponent)])


# The parts of brackets as tall as what they hold: top, middle, bottom, and the point of a brace.
_TALL: Final = {"(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "|": "│││", "{": "⎧⎪⎩⎨"}
_TALL_ASCII: Final = {"(": "/|\\", ")": "\\|/", "[": "[[[", "]": "]]]", "|": "|||", "{": "/|\\{"}


def _bracket(sign: str, up: int, down: int, ascii: bool) -> list[tuple[int, str]]:
    """The characters of a bracket from row ``-up`` to row ``down``."""
    if up == down == 0:
        return [(0, sign)]
    top, middle, bottom, *point = tuple((_TALL_ASCII if ascii else _TALL)[sign])
    rows = [(-up, top), *((row, middle) for row in range(1 - up, down)), (down, bottom)]
    if point and len(rows) > 2:
        rows[len(rows) // 2] = (rows[len(rows) // 2][0], point[0])
    return rows


def _enclosed(opening: str, content: _Box, closing: str, ascii: bool) -> _Box:
    """A box in brackets; a tall one keeps a little distance from them."""
    gap = 1 if content.height > 1 else 0
    left = [(0, row, sign) for row, sign in _bracket(opening, content.up, content.down, ascii)]
    last = content.width + 2 * gap + 1
    signs = _bracket(closing, content.up, content.down, ascii) if closing else []
    return _around([(1 + gap, 0, content)], [*left, *((last, row, sign) for row, sign in signs)])


def _radical(radicand: _Box, index: _Box | None, ascii: bool) -> _Box:
    """A root sign of the height of its radicand, with a bar over it."""
    corner, bar, stem, stroke = ("_", "_", "|", "\\") if ascii else ("┌", "─", "│", "╲")
    hook = max(2, index.width + 1 if index else 0)
    texts = [(hook, -radicand.up - 1, corner + bar * (radicand.width + 1))]
    texts += [(hook, row, stem) for row in range(-radicand.up, radicand.down + 1)]
    texts += [(hook - 1, radicand.down, stroke), (hook - 2, radicand.down - 1, stroke)]
    boxes = [(hook + 2, 0, radicand)]
    if index:
        boxes.append((0, radicand.down - 2, index))
    return _around(boxes, texts)


def _grid(rows: list[list[_Box]], opening: str, closing: str, ascii: bool, *, left: bool = False) -> _Box:
    """Boxes in rows and columns between brackets."""
    count = max(len(row) for row in rows)
    widths = [
        max((row[place].width for row in rows if place < len(row)), default=0) for place in range(count)
    ]
    apart = 1 if len(rows) <= _AIRY or any(box.height > 1 for row in rows for box in row) else 0
    placed: list[tuple[int, int, _Box]] = []
    line = 0
    for number, row in enumerate(rows):
        line += max(box.up for box in row)
        column = 0
        for box, width in zip(row, widths, strict=True):
            placed.append((column if left else column + (width - box.width) // 2, line, box))
            column += width + 3
        line += max(box.down for box in row) + 1 + (apart if number < len(rows) - 1 else 0)
    middle = (line - 1) // 2
    content = _around([(x, y - middle, box) for x, y, box in placed])
    size = _Box(
        sum(widths) + 3 * (count - 1), middle, line - 1 - middle, boxes=((0, 0, content),), fraction=True
    )
    return _enclosed(opening, size, closing, ascii)


_AIRY: Final = 3


class _Stacking(Pieces):
    """Takes forms apart for two dimensions, where a fraction needs no brackets."""

    tall: frozenset[Form] = frozenset()

    def is_simple(self, term: Form) -> bool:
        return term not in self.tall and super().is_simple(term)

    def factor(self, form: Form, *, first: bool = False) -> Factor:
        if form in self.tall and form.head in ("quotient", "vector", "matrix", "root"):
            return Factor([form], "name" if form.head == "root" else "fraction", "fraction")
        return super().factor(form, first=first)

    def joiner(self, end: str, run: str, right: Factor) -> str:
        if self.tall and "fraction" in (end, right.start):
            return f" {self.letters.dot} "
        return super().joiner(end, run, right)

    def is_small(self, quotient: Form) -> bool:
        """Whether a fraction stays on one line, as 1/2 and x²/2 do."""
        if not is_shallow(quotient):
            return False
        text = self.flat(quotient)
        return len(text) <= _SMALL and "(" not in text and " " not in text


_SMALL: Final = 5


def _tall_forms(form: Form, writer: _Stacking) -> frozenset[Form]:
    """What takes more than one row; an exponent never does."""
    tall: set[Form] = set()
    for node in postorder(form):
        match node.head:
            case "quotient":
                is_tall = not writer.is_small(node)
            case "power":
                is_tall = node.args[0] in tall
            case "call" if node.name == "exp":
                is_tall = False
            case "vector" if is_matrix(node):
                is_tall = True
            case "matrix":
                is_tall = True
            case "call" if node.name == "integral" or (node.name == "piecewise" and is_cases(node)):
                is_tall = True
            case _:
                is_tall = not tall.isdisjoint(node.args)
        if is_tall:
            tall.add(node)
    return frozenset(tall)


def _laid_out(form: Form, writer: _Stacking, tallest: int | None = None) -> _Box | None:
    """The box of a form, made of the boxes of its parts from the leaves up; ``None`` if one is too tall."""
    writer.look_over(form)
    writer.tall = _tall_forms(form, writer)
    if form not in writer.tall:
        return _line(writer, form, outermost=True)
    boxes: dict[Form, _Box] = {}
    for node in postorder(form):
        if node in writer.tall:
            box = _box(writer, node, boxes)
            if tallest is not None and node.head != "matrix" and box.height > tallest:
                return None
            boxes[node] = _marked(box) if node in writer.marks else box
    return boxes[form]


def _has_matrix(form: Form) -> bool:
    return any(node.head == "matrix" for node in postorder(form))


def _marked(box: _Box) -> _Box:
    return _Box(box.width, box.up, box.down, box.texts, box.boxes, marked=True, fraction=box.fraction)


def _part(writer: _Stacking, form: Form, boxes: dict[Form, _Box]) -> _Box:
    found = boxes.get(form)
    return _line(writer, form) if found is None else found


def _line(writer: _Stacking, form: Form, *, outermost: bool = False) -> _Box:
    """A form on one line, fractions and all."""
    tall, writer.tall = writer.tall, frozenset()
    stack: list[Piece] = (writer.top(form) if outermost else writer.inner(form))[::-1]
    runs: list[tuple[bool, list[str]]] = [(False, [])]
    marked = 0
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            runs[-1][1].append(piece)
        elif isinstance(piece, bool):
            marked += 1 if piece else -1
            runs.append((marked > 0, []))
        else:
            stack.extend(reversed(writer.inner(piece)))
    writer.tall = tall
    column, placed = 0, []
    for is_marked, pieces in runs:
        text = _text("".join(pieces))
        placed.append((column, 0, _marked(text) if is_marked else text))
        column += text.width
    return _around(placed)


def _box(writer: _Stacking, node: Form, boxes: dict[Form, _Box]) -> _Box:
    """The box of a form that takes more than one row."""
    match node.head:
        case "quotient":
            above, below = (_part(writer, arg, boxes) for arg in node.args)
            return _fraction(above, below, writer.ascii)
        case "power":
            return _power(writer, node, boxes)
        case "root":
            index = None if node.args[1] is TWO else _line(writer, node.args[1])
            return _radical(_part(writer, node.args[0], boxes), index, writer.ascii)
        case "call" if node.name == "piecewise" and is_cases(node):
            return _cases(writer, node, boxes)
        case "call" if node.name == "integral" and len(node.args) == 4:
            return _integral(writer, node, boxes)
        case "vector" if is_matrix(node):
            rows = [[_part(writer, entry, boxes) for entry in row.args] for row in node.args]
            return _grid(rows, "[", "]", writer.ascii)
        case "matrix":
            rows = [[_part(writer, entry, boxes) for entry in row] for row in rows_of(node)]
            return _grid(rows, "[", "]", writer.ascii, left=True)
    return _assembled(writer, writer.parts(node), boxes)


def _power(writer: _Stacking, node: Form, boxes: dict[Form, _Box]) -> _Box:
    """A tall base with its exponent beside its upper end; sin²(...) has it behind the name."""
    base, exponent = node.args
    if writer.power_inside(node):
        return _assembled(writer, writer.parts(node), boxes)
    stem: list[Piece] = ["(", base, ")"] if writer.base_needs_bracket(base) else [base]
    first, *_ = writer.exponent(exponent)
    raised = _line(writer, exponent) if first == "^" or not isinstance(first, str) else _text(first)
    return _beside(_assembled(writer, stem, boxes), _marked(raised) if exponent in writer.marks else raised)


def _cases(writer: _Stacking, node: Form, boxes: dict[Form, _Box]) -> _Box:
    rows = []
    for case in node.args:
        value, condition = case.args
        words = [_text(say("cases-otherwise"))]
        if condition is not TRUE:
            words = [_text(say("cases-for") + " "), _part(writer, condition, boxes)]
        rows.append([_part(writer, value, boxes), _row(words)])
    return _grid(rows, "{", "", writer.ascii, left=True)


def _integral(writer: _Stacking, node: Form, boxes: dict[Form, _Box]) -> _Box:
    integrand, variable, lower, upper = (_part(writer, arg, boxes) for arg in node.args)
    up, down = max(1, integrand.up), max(1, integrand.down)
    top, middle, bottom = "/|/" if writer.ascii else "⌠⎮⌡"
    sign = [(0, -up, top), *((0, row, middle) for row in range(1 - up, down)), (0, down, bottom)]
    if node.args[0].head == "sum":
        integrand = _enclosed("(", integrand, ")", writer.ascii)
    body = _row([integrand, _text(" d"), variable])
    limits = [(0, down + 1 + lower.up, lower), (0, -up - 1 - upper.down, upper)]
    return _around([(2, 0, body), *limits], sign)


def _assembled(writer: _Stacking, pieces: list[Piece], boxes: dict[Form, _Box]) -> _Box:
    """Pieces side by side, with brackets grown to what they hold and fractions kept clear of signs."""
    rows: list[list[_Box]] = [[]]
    open_signs: list[str] = []
    for piece in pieces:
        if isinstance(piece, bool):
            if piece:
                rows.append([])
            else:
                inside = _row(rows.pop())
                rows[-1].append(_marked(inside))
        elif isinstance(piece, Form):
            _append(rows[-1], _part(writer, piece, boxes))
        elif open_signs and piece == BRACKETS[open_signs[-1]]:
            inside = _row(rows.pop())
            rows[-1].append(_enclosed(open_signs.pop(), inside, piece, writer.ascii))
        elif piece in BRACKETS:
            open_signs.append(piece)
            rows.append([])
        elif piece:
            _append(rows[-1], _text(piece))
    return _row(rows[0])


def _append(row: list[_Box], box: _Box) -> None:
    if row and (box.fraction or row[-1].fraction) and not _has_gap(row[-1], box):
        row.append(_text(" "))
    row.append(box)


def _has_gap(left: _Box, right: _Box) -> bool:
    """Whether there is a space between two boxes already."""
    before = left.texts[-1][2] if left.texts and not left.fraction else ""
    after = right.texts[0][2] if right.texts and not right.fraction else ""
    return before.endswith(" ") or after.startswith((" ", ","))


def _drawn(box: _Box) -> Block:
    """Every text of a box at its place."""
    rows: list[list[tuple[int, str, bool]]] = [[] for _ in range(box.height)]
    stack = [(0, box.up, box, box.marked)]
    while stack:
        x, y, here, marked = stack.pop()
        for dx, dy, text in here.texts:
            rows[y + dy].append((x + dx, text, marked))
        for dx, dy, part in here.boxes:
            stack.append((x + dx, y + dy, part, marked or part.marked))
    lines, marks = [], set()
    for place, row in enumerate(rows):
        line, column = [], 0
        for start, text, marked in sorted(row, key=lambda item: item[0]):
            if not text:
                continue
            line.append(" " * (start - column) + text)
            column = start + len(text)
            if marked:
                marks.add((place, start, column))
        lines.append("".join(line).ljust(box.width))
    return Block(tuple(lines), box.up, box.width, frozenset(_merged(marks)))


def _merged(cells: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Marked cells that touch, as one run."""
    runs: list[tuple[int, int, int]] = []
    for row, start, end in sorted(cells):
        if runs and runs[-1][0] == row and runs[-1][2] == start:
            runs[-1] = (row, runs[-1][1], end)
        else:
            runs.append((row, start, end))
    return runs
