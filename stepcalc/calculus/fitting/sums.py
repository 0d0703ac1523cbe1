"""What sums over points come to with the data put in: the numbers beside the equations of a fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from stepcalc.calculus.fitting.asking import Asked
from stepcalc.notation.forms import Form, letter, nodes_of, number, rebuild
from stepcalc.numeric.compiled import Compiled
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.fitting import COUNT


def value_of(form: Form, asked: Asked, book: Rulebook, known: Mapping[Form, float] | None = None) -> float:
    """The value of a form with sums over points.

    Args:
        form: The form.
        asked: The data.
        book: The rules, which define functions.
        known: The values of other letters.
    """
    letters = dict(known or {})
    count = number(asked.count)
    change: dict[Form, Form] = {COUNT: count}
    for place, node in enumerate(_sums(form)):
        change[node] = letter(f"Σ{place}")
        letters[change[node]] = _total(rebuild(node.args[0], {COUNT: count}), asked, book, letters)
    outer = rebuild(form, change)
    return float(_evaluated(outer, letters, {}, book))


def _sums(form: Form) -> list[Form]:
    return [node for node in nodes_of(form) if node.head == "call" and node.label == "over_points"]


def _total(body: Form, asked: Asked, book: Rulebook, known: Mapping[Form, float]) -> float:
    import numpy as np

    columns: dict[Form, Any] = {**asked.data, asked.height: asked.y}
    if asked.sigma is not None:
        columns[asked.scale] = asked.sigma
    values = _evaluated(body, known, columns, book)
    return math.fsum(np.broadcast_to(values, (asked.count,)).tolist())


def _evaluated(form: Form, known: Mapping[Form, float], columns: Mapping[Form, Any], book: Rulebook) -> Any:
    compiled = Compiled([form], [*known, *columns], book.definitions)
    return compiled.bind(columns, list(known))(list(known.values()))[0]
