"""NIST's data sets for nonlinear regression, as NIST publishes them: model, two starts, certified values, data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "nist"


@dataclass(frozen=True)
class NistSet:
    """One set.

    Args:
        name: What it is called.
        model: The model's right side.
        names: The parameters.
        starts: Two starts, one far and one near.
        certified: The certified parameters.
        errors: Their certified standard deviations.
        squares: The certified residual sum of squares.
        data: The columns.
    """

    name: str
    model: str
    names: tuple[str, ...]
    starts: tuple[tuple[float, ...], tuple[float, ...]]
    certified: tuple[float, ...]
    errors: tuple[float, ...]
    squares: float
    data: dict[str, list[float]]


def read(path: Path) -> NistSet:
    """A file as NIST writes it; where the model is about log[y], so is the column."""
    import math

    lines = path.read_text().splitlines()
    begin = next(place for place, line in enumerate(lines) if re.match(r"\s+(y|log\[y\])\s*=", line))
    whole = ""
    for line in lines[begin:]:
        if not line.strip():
            break
        whole += " " + line.strip()
    whole = re.sub(r"\+\s*e\s*$", "", whole.replace("[", "(").replace("]", ")")).strip()
    left, right = (part.strip() for part in whole.split("=", 1))
    rows = [line.split("=") for line in lines if re.match(r"\s*b\d+\s*=", line)]
    names = tuple(name.strip() for name, _ in rows)
    first, second, certified, errors = zip(*(map(float, values.split()) for _, values in rows), strict=True)
    text = "\n".join(lines)
    low, high = map(int, re.search(r"Data\s+\(lines\s+(\d+)\s+to\s+(\d+)\)", text).groups())  # type: ignore[union-attr]
    cells = [[float(cell) for cell in line.split()] for line in lines[low - 1 : high]]
    columns = ["y", "x"] if len(cells[0]) == 2 else ["y", *(f"x{place}" for place in range(1, len(cells[0])))]
    data = {name: [row[place] for row in cells] for place, name in enumerate(columns)}
    if left != "y":
        data["y"] = [math.log(value) for value in data["y"]]
    squares = float(re.search(r"Residual Sum of Squares:\s+(\S+)", text)[1])  # type: ignore[index]
    return NistSet(path.stem, right.strip(), names, (first, second), certified, errors, squares, data)
