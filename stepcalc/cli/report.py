"""Errors as people and as programs read them, on standard error."""

from __future__ import annotations

import sys
from typing import Any

from stepcalc.errors import RuleError, StepcalcError
from stepcalc.messages import say


def report(problem: StepcalcError, *, as_json: bool = False, line: int | None = None) -> None:
    """Say on standard error what went wrong.

    Args:
        problem: The error.
        as_json: Whether to say it as one line of JSON.
        line: The line of a batch that it came from.
    """
    if as_json:
        _write_json(as_data(problem, line))
        return
    text = _explained(problem)
    if line is not None:
        # A batch is read by its line numbers: the sentence first, the place under it.
        *place, sentence = text.split("\n")
        text = "\n".join([say("batch-line", line=line, text=sentence.strip()), *place])
    _write(text)


def as_data(problem: StepcalcError, line: int | None = None) -> dict[str, Any]:
    """An error as data: code, message, start, end, suggestion; the batch's line where there is one."""
    found: dict[str, Any] = {
        "code": problem.code,
        "message": problem.message,
        "start": problem.start,
        "end": problem.end,
        "suggestion": problem.suggestion,
    }
    if line is not None:
        found["line"] = line
    return {"error": found}


def report_usage(message: str, command: str, *, as_json: bool = False) -> None:
    """Say on standard error that the command line was not understood, and where help is."""
    if as_json:
        _write_json(as_data(StepcalcError(message, code="usage")))
    else:
        _write(say("usage-problem", message=message, command=command))


def notice(text: str) -> None:
    """Say something on standard error that is not the answer."""
    _write(text)


def _explained(problem: StepcalcError) -> str:
    if problem.text is None or problem.start is None or isinstance(problem, RuleError):
        return f"  {problem.message}"
    from stepcalc.notation.reader import explain

    return "\n".join(f"  {line}" for line in explain(problem).splitlines())


def _write_json(data: dict[str, Any]) -> None:
    import json

    _write(json.dumps(data, ensure_ascii=False))


def _write(text: str) -> None:
    encoding = getattr(sys.stderr, "encoding", None) or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        from stepcalc.render.ascii import to_ascii

        text = to_ascii(text)
    print(text, file=sys.stderr)
