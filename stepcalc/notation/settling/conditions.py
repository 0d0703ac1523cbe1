"""Relations and connectives, which make what holds them a condition."""

from __future__ import annotations

from stepcalc.notation.scanning import Mark
from stepcalc.notation.settling.endings import end_expression
from stepcalc.notation.settling.state import State


def relation(state: State, mark: Mark) -> None:
    """A sign of relation between two expressions."""
    if state.innermost().kind == "whole" and not state.relations:
        raise state.fail_at("relation-not-here", mark)
    end_expression(state, mark)
    holds_condition(state)
    state.put("RELATION", mark, mark.value)
    state.ended = False
    state.inside = state.innermost().slashes = 0


def connective(state: State, mark: Mark) -> None:
    """A word that joins conditions, or says of what something is a member."""
    value = str(mark.value)
    if state.innermost().kind == "whole" and not state.relations:
        raise state.fail_at("relation-not-here", mark)
    if value == "not" and not state.ended:
        holds_condition(state)
        state.go_inside(mark)
        state.put("NOT", mark)
        return
    end_expression(state, mark)
    holds_condition(state)
    if value in ("in", "not", "not in"):
        member = "in" if value == "in" else "not in"
        if value == "not":
            if state.mark.value != "in":
                raise state.fail_at("condition-not-here", mark)
            state.place += 1
        state.put("MEMBER", mark, member)
        _set_of(state, mark)
    else:
        state.put(value.upper(), mark)
        state.ended = False
        state.inside = state.innermost().slashes = 0


def _set_of(state: State, mark: Mark) -> None:
    """The set behind ``in``; rule cards have sets of their own."""
    here = state.mark
    if here.kind != "set":
        raise state.fail("set-not-readable", here.start, max(here.end, here.start + 1))
    state.place += 1
    state.put("SET", here, here.value)
    state.ended = True


def holds_condition(state: State) -> None:
    """The innermost bracket holds a condition."""
    frame = state.innermost()
    if frame.kind == "group" and not frame.listed:
        frame.opening.kind = "TRUTH_OPEN"
