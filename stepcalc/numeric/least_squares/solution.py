"""What an attempt leaves: a row for each iteration, and where they ended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One iteration.

    Args:
        number: 0 for the start.
        parameters: The parameters that were reached.
        chi_squared: The sum of squares there.
        damping: The λ of the step that led here; ``None`` for the start.
        scales: The lengths D by which the columns of the Jacobian were scaled in that step.
    """

    number: int
    parameters: tuple[float, ...]
    chi_squared: float
    damping: float | None = None
    scales: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """Where an attempt ended.

    Args:
        rows: The iterations, from the start on.
        status: ``"converged"``, ``"rounding"`` (no step helps any more), ``"steps"`` (too many), ``"flat"`` (the
            Jacobian has directions in which nothing changes), or ``"undefined"`` (the model has no value).
        projected: Whether the parameters that stand in front were solved for in every step.
        start: The parameters that were started from.
        poor: Whether most of the scatter is left unexplained.
    """

    rows: tuple[Row, ...]
    status: str
    projected: bool
    start: tuple[float, ...]
    poor: bool = False

    @property
    def parameters(self) -> tuple[float, ...]:
        """The parameters at the end."""
        return self.rows[-1].parameters

    @property
    def chi_squared(self) -> float:
        """The sum of squares at the end."""
        return self.rows[-1].chi_squared

    @property
    def is_sound(self) -> bool:
        """Whether this is a minimum, and one that explains something."""
        return self.status in ("converged", "rounding") and not self.poor
