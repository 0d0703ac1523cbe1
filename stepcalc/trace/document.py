"""A derivation as JSON, and back: one table of nodes, one of steps; reading evaluates nothing.

The layout is that of ``trace/schema.json``, which ships with StepCalc. Rows refer only to rows before them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import StepcalcError, TraceError
from stepcalc.messages import say
from stepcalc.notation.forms import (
    CONSTANTS,
    HEADS,
    RELATIONS,
    TRUE,
    Form,
    Places,
    derived_label,
    letter_label,
    letters_of,
    make,
    matrix_label,
    number,
    postorder,
)
from stepcalc.notation.operators import written_out
from stepcalc.trace.conditions import Condition
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.step import Binding, Step

if TYPE_CHECKING:
    from stepcalc.rulebook.book import Rulebook
    from stepcalc.rulebook.law import Law

VERSION: Final = 1
SHORT: Final = 60
"""Steps over expressions of at most so many nodes carry their equation as readable text."""

_NUMERAL: Final = re.compile(r"-?[0-9]+(/[1-9][0-9]*)?")

_ARITIES: Final[Mapping[str, tuple[int, int | None]]] = {
    "number": (0, 0),
    "letter": (0, 0),
    "constant": (0, 0),
    "reference": (0, 0),
    "sum": (2, None),
    "product": (2, None),
    "quotient": (2, 2),
    "power": (2, 2),
    "root": (2, 2),
    "relation": (2, 2),
    "call": (1, None),
    "derived": (1, None),
    "vector": (0, None),
    "matrix": (0, None),
    "logic": (1, None),
    "goal": (2, None),
}

# ------------------------------------------------------------------------------------------------ writing


class _Writer:
    def __init__(self) -> None:
        self.nodes: list[list[Any]] = []
        self._place: dict[Form, int] = {}

    def node(self, form: Form) -> int:
        """The row of a form, written first if it is not there yet."""
        place = self._place
        if form not in place:
            for part in _unwritten(form, place):
                place[part] = len(self.nodes)
                self.nodes.append([part.head, _label_out(part), *(place[arg] for arg in part.args)])
        return place[form]


def _unwritten(form: Form, written: Mapping[Form, int]) -> list[Form]:
    """The nodes below a form that are not written yet, arguments first, without going into those that are."""
    found: dict[Form, None] = {}
    stack = [form]
    while stack:
        node = stack[-1]
        if node in written or node in found:
            stack.pop()
            continue
        waiting = [arg for arg in node.args if arg not in written and arg not in found]
        if waiting:
            stack.extend(waiting)
        else:
            found[node] = None
            stack.pop()
    return list(found)


def _label_out(form: Form) -> Any:
    match form.head:
        case "number":
            return str(form.label)
        case "letter":
            name, assumptions, index = letter_label(form)
            if not assumptions and not index:
                return name
            return {"name": name, "assume": dict(assumptions), "index": index}
        case "matrix":
            rows, columns, places = matrix_label(form)
            at = None if places is None else [list(place) for place in places]
            return {"rows": rows, "columns": columns, "at": at}
        case "derived":
            name, orders = derived_label(form)
            return {"name": name, "orders": list(orders)}
        case _:
            return form.label


def to_json(derivation: Derivation) -> str:
    """The derivation as one JSON text.

    Args:
        derivation: Any derivation.

    Returns:
        The text; :func:`from_json` gives a derivation back that has the same steps.
    """
    return json.dumps(to_data(derivation), ensure_ascii=False, separators=(",", ":"))


def to_data(derivation: Derivation) -> dict[str, Any]:
    """The derivation as dictionaries, lists and texts, as ``trace/schema.json`` describes them."""
    writer = _Writer()
    rows: list[dict[str, Any]] = []
    place: dict[Step, int] = {}
    for step in _substeps_first(derivation.stages):
        place[step] = len(rows)
        rows.append(_step_out(step, writer, place, derivation.rulebook))
    question = derivation.question
    return {
        "stepcalc": VERSION,
        "question": {
            "kind": question.kind,
            "form": writer.node(question.form),
            "letters": [writer.node(letter) for letter in question.letters],
            "held": [writer.node(letter) for letter in question.held],
            "text": question.text,
            "notes": list(question.notes),
        },
        "stages": [place[step] for step in derivation.stages],
        "steps": rows,
        "answer": writer.node(derivation.answer),
        "also": None if derivation.also is None else writer.node(derivation.also),
        "text": short_text(written_out(derivation.answer)),
        "conditions": _conditions_out(derivation.conditions, writer),
        "untidied": derivation.untidied,
        "cards": [list(pair) for pair in derivation.rulebook.own_texts],
        "nodes": writer.nodes,
    }


def _step_out(step: Step, writer: _Writer, place: Mapping[Step, int], book: Rulebook) -> dict[str, Any]:
    row: dict[str, Any] = {
        "rule": step.rule.id,
        "card": step.card.id,
        "name": step.rule.name,
        "law": None if step.law is None else _law_out(step.law, book.laws_of(step.card)),
        "goal": writer.node(step.goal),
        "bindings": {
            name: [writer.node(part) for part in bound] if isinstance(bound, tuple) else writer.node(bound)
            for name, bound in step.bindings.items()
        },
        "substeps": [place[substep] for substep in step.substeps],
        "result": writer.node(step.result),
        "conditions": _conditions_out(step.conditions, writer),
    }
    goal, result = short_text(step.goal), short_text(step.result)
    if goal and result:
        row["text"] = f"{goal} = {result}"
    return row


def _law_out(law: Law, laws: Sequence[Law]) -> dict[str, Any]:
    """A law by its place on the card: several may read alike and differ in their conditions."""
    return {"place": laws.index(law), "text": law.text}


def _conditions_out(conditions: tuple[Condition, ...], writer: _Writer) -> list[dict[str, Any]]:
    return [{"relation": writer.node(item.relation), "status": item.status} for item in conditions]


def short_text(form: Form) -> str:
    """One-line text of a form that is short, else nothing."""
    from stepcalc.notation.arithmetic import combine
    from stepcalc.notation.unicode import one_line

    if not _is_short(form):
        return ""
    return one_line(combine(form))


def _is_short(form: Form) -> bool:
    """Whether a form written out has at most ``SHORT`` nodes; long ones are given up on early."""
    count, stack = 0, [form]
    while stack:
        count += 1
        if count > SHORT:
            return False
        stack.extend(stack.pop().args)
    return True


def _substeps_first(stages: tuple[Step, ...]) -> list[Step]:
    found: dict[Step, None] = {}
    for stage in stages:
        stack = [stage]
        while stack:
            step = stack[-1]
            if step in found:
                stack.pop()
                continue
            waiting = [substep for substep in step.substeps if substep not in found]
            if waiting:
                stack.extend(reversed(waiting))
            else:
                found[step] = None
                stack.pop()
    return list(found)


# ------------------------------------------------------------------------------------------------ reading


def from_json(text: str) -> Derivation:
    """The derivation that :func:`to_json` wrote; nothing in the text is evaluated.

    Args:
        text: The JSON text.

    Returns:
        The derivation.

    Raises:
        TraceError: The text is damaged, of another version, or names a head or a rule that is not known.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise _damaged("json-not-json", detail=str(problem)) from problem
    return from_data(data)


def from_data(data: Any) -> Derivation:
    """The derivation that :func:`to_data` wrote.

    Raises:
        TraceError: As :func:`from_json`.
    """
    if not isinstance(data, dict) or type(data.get("stepcalc")) is not int or data["stepcalc"] != VERSION:
        raise _damaged("json-version", version=VERSION)
    try:
        return _read(data)
    except TraceError:
        raise
    except StepcalcError as problem:
        raise _damaged("json-damaged", detail=problem.message) from problem
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as problem:
        detail = f"{type(problem).__name__}: {problem}".partition("\n")[0]
        raise _damaged("json-damaged", detail=detail[:80]) from problem


def _read(data: Mapping[str, Any]) -> Derivation:
    from stepcalc.rulebook.book import default_book

    cards = [(_text(file), _text(content)) for file, content in data["cards"]]
    book: Rulebook = default_book().extended(cards) if cards else default_book()
    nodes = _read_nodes(data["nodes"], book)

    def node(place: Any) -> Form:
        return nodes[_index(place, len(nodes))]

    steps: list[Step] = []
    for row in data["steps"]:
        steps.append(_read_step(row, steps, node, book))
    question = data["question"]
    return Derivation(
        question=Question(
            kind=_text(question["kind"]),
            form=node(question["form"]),
            letters=tuple(_letter(node(place)) for place in question["letters"]),
            held=tuple(_letter(node(place)) for place in question["held"]),
            text=_text(question["text"]),
            notes=tuple(_text(note) for note in question["notes"]),
        ),
        stages=tuple(steps[_index(place, len(steps))] for place in data["stages"]),
        answer=node(data["answer"]),
        also=None if data["also"] is None else node(data["also"]),
        conditions=_read_conditions(data["conditions"], node),
        rulebook=book,
        untidied=_truth(data["untidied"]),
    )


def _read_nodes(rows: Any, book: Rulebook) -> list[Form]:
    nodes: list[Form] = []
    for row in rows:
        head, label, *places = row
        if head not in HEADS:
            raise _damaged("json-unknown-head", head=str(head)[:40])
        least, most = _ARITIES[head]
        if len(places) < least or (most is not None and len(places) > most):
            raise _damaged("json-damaged", detail=f"{head} of {len(places)}")
        args = tuple(nodes[_index(place, len(nodes))] for place in places)
        if not _makes_sense(head, label, args, book):
            raise ValueError(f"{head} {str(label)[:40]} of {len(places)}")
        nodes.append(_LABELS_IN.get(head, _plain)(head, label, args))
    return nodes


def _makes_sense(head: str, label: Any, args: tuple[Form, ...], book: Rulebook) -> bool:
    """Whether a form of this kind can have these arguments; its label is looked at elsewhere."""
    match head:
        case "call" if label == "piecewise":
            return all(
                arg.head == "vector" and len(arg.args) == 2 and _is_condition(arg.args[1]) for arg in args
            )
        case "call" if label == "integral":
            return len(args) == 4 and args[1].head == "letter"
        case "call" if isinstance(label, str) and label in book.functions:
            arities = book.functions[label].arities
            return not arities or len(args) in arities
        case "logic":
            return (len(args) == 1) is (label == "not") and all(_is_condition(arg) for arg in args)
        case "goal":
            return all(arg.head == "letter" for arg in args[1:])
    return True


def _is_condition(form: Form) -> bool:
    return form.head in ("relation", "logic") or form is TRUE


def _plain(head: str, label: Any, args: tuple[Form, ...]) -> Form:
    if label is not None:
        raise ValueError(f"{head} has a label")
    return make(head, None, args)


def _number_in(_: str, label: Any, __: tuple[Form, ...]) -> Form:
    if not _NUMERAL.fullmatch(_text(label)):
        raise ValueError("numeral")
    found = number(Fraction(label))
    if found.head != "number":
        raise ValueError("not a decimal")
    return found


def _letter_in(head: str, label: Any, args: tuple[Form, ...]) -> Form:
    if isinstance(label, str):
        return make(head, (_text(label), (), 0), args)
    assumptions = tuple(sorted((_text(key), _truth(held)) for key, held in label["assume"].items()))
    index = label["index"]
    if type(index) is not int:
        raise TypeError("index")
    name = _text(label["name"])
    if assumptions:
        _check_assumptions(name, dict(assumptions))
    return make(head, (name, assumptions, index), args)


def _check_assumptions(name: str, assumptions: dict[str, bool]) -> None:
    """Refuse what SymPy does not know of, or what contradicts itself (which is a ValueError, too)."""
    from sympy import Symbol
    from sympy.core.assumptions import _assume_defined

    if not assumptions.keys() <= _assume_defined or not Symbol(name, **assumptions).is_commutative:
        raise ValueError("assumptions")


def _derived_in(head: str, label: Any, args: tuple[Form, ...]) -> Form:
    orders = tuple(_index(order, 1 << 31) for order in label["orders"])
    if len(orders) != len(args) or not any(orders):
        raise ValueError("orders")
    return make(head, (_text(label["name"]), orders), args)


def _matrix_in(head: str, label: Any, args: tuple[Form, ...]) -> Form:
    rows, columns = (_index(label[key], 1 << 31) for key in ("rows", "columns"))
    places = None
    if label["at"] is not None:
        places = tuple((_index(i, rows), _index(j, columns)) for i, j in label["at"])
    if len(args) != (rows * columns if places is None else len(places)) or places != _sorted(places):
        raise ValueError("entries")
    return make(head, (rows, columns, places), args)


def _sorted(places: Places | None) -> Places | None:
    return None if places is None else tuple(sorted(set(places)))


def _named(allowed: frozenset[str] | None) -> Callable[[str, Any, tuple[Form, ...]], Form]:
    def read(head: str, label: Any, args: tuple[Form, ...]) -> Form:
        if not _text(label) or (allowed is not None and label not in allowed):
            raise ValueError(f"{head} {label[:40]}")
        return make(head, label, args)

    return read


def _reference_in(head: str, label: Any, args: tuple[Form, ...]) -> Form:
    return make(head, _index(label, 1 << 31), args)


_LABELS_IN: Final[Mapping[str, Callable[[str, Any, tuple[Form, ...]], Form]]] = {
    "number": _number_in,
    "letter": _letter_in,
    "derived": _derived_in,
    "matrix": _matrix_in,
    "constant": _named(CONSTANTS),
    "relation": _named(RELATIONS),
    "logic": _named(frozenset({"and", "or", "not"})),
    "goal": _named(frozenset({"D", "partial"})),
    "call": _named(None),
    "reference": _reference_in,
}


def _read_step(row: Any, steps: list[Step], node: Callable[[Any], Form], book: Rulebook) -> Step:
    card = book.card(_text(row["card"]))
    rule = _text(row["rule"])
    if rule not in (card.id, "chain"):
        raise _damaged("json-damaged", detail=f"rule {rule[:40]} on card {card.id}")
    law = None
    if row["law"] is not None:
        laws = book.laws_of(card)
        law = laws[_index(row["law"]["place"], len(laws))]
        if law.text != row["law"]["text"]:
            raise _damaged("json-unknown-law", card=card.id)
    bindings: dict[str, Binding] = {
        _text(name): tuple(node(part) for part in bound) if isinstance(bound, list) else node(bound)
        for name, bound in row["bindings"].items()
    }
    if law is not None and not _are_bound(law, bindings):
        raise _damaged("json-damaged", detail="bindings")
    return Step(
        card=card,
        law=law,
        goal=node(row["goal"]),
        bindings=bindings,
        substeps=tuple(steps[_index(place, len(steps))] for place in row["substeps"]),
        result=node(row["result"]),
        conditions=_read_conditions(row["conditions"], node),
        chain=book.card("chain") if rule != card.id else None,
    )


def _are_bound(law: Law, bindings: Mapping[str, Binding]) -> bool:
    """Whether each letter of a law is bound, and none but ``f...`` to many."""
    many = {node.args[0].name for node in postorder(law.subject) if node.label == "rest"}
    names = {item.name for item in letters_of(law.subject)}
    return bindings.keys() == names and all(
        isinstance(bound, tuple) is (name in many) for name, bound in bindings.items()
    )


def _read_conditions(rows: Any, node: Callable[[Any], Form]) -> tuple[Condition, ...]:
    found = []
    for row in rows:
        relation, status = node(row["relation"]), row["status"]
        if relation.head not in ("relation", "logic") or status not in ("kept", "undecided", "impossible"):
            raise _damaged("json-damaged", detail="condition")
        found.append(Condition(relation, status))
    return tuple(found)


def _index(place: Any, size: int) -> int:
    if type(place) is not int or not 0 <= place < size:
        raise ValueError(f"row {str(place)[:20]}")
    return place


def _text(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError("text expected")
    found.encode()  # half a character cannot be printed; that is a ValueError
    return found


def _truth(found: Any) -> bool:
    if not isinstance(found, bool):
        raise TypeError("true or false expected")
    return found


def _letter(form: Form) -> Form:
    if form.head != "letter":
        raise ValueError("letter expected")
    return form


def _damaged(key: str, **parts: object) -> TraceError:
    return TraceError(say(key, **parts), code=key)
