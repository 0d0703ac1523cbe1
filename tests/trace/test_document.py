"""Derivations as JSON: what is written reads back as the same, and what is damaged is refused, never run."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sympy

import stepcalc
from stepcalc.errors import StepcalcError, TraceError
from stepcalc.notation import forms
from stepcalc.notation.forms import CONSTANTS, HEADS, RELATIONS, Form
from stepcalc.rulebook.book import load_book
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.document import _label_out as label_of
from stepcalc.trace.document import from_data, to_data

SCHEMA = json.loads((files("stepcalc.trace") / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

TEXTS = [
    "7", "x", "x^2 sin(x)", "0.5 x^2 + 0.125", "-x/3", "(x^2-1)/(x^2-1)", "x^(-2)", "x^(1/3)", "x^n", "x^x",
    "2^x", "sqrt(1-x^2)", "root(x, 5)", "root(2, x)", "log(x, 3)", "pi x + e x", "e^(sin(x^2+1))",
    "ln(x)/x", "|x| x", "asin(x/2)", "x f(x^2)", "f(x, x^2)", "f''(x) + f(2x)",
    "integral(sin(t), t, 0, x^2)", "integral(sin(x t), t, 0, x)", "min(x, x^2, 3)", "max(x, 1)",
    "floor(x) x", "piecewise((x, x < 0), (x^2, x >= 0))", "softplus(x)", "gelu(x)", "gamma(x)",
    "besselj(2, x)", "polygamma(2, x)", "atan2(x, 2)", "beta(x, 2)", "x_1 + x_1^2", "theta^2",
    "d²/dx²(x^3 sin(x))", "tan(x)", "ln(-x^2-1)", "sin(x)^2 + cos(x)^2", "sqrt(x) sqrt(x+1)",
]  # fmt: skip


def expressions() -> Iterator[Any]:
    """SymPy's own expressions: assumptions, dummies, names that nobody can type."""
    x = sympy.Symbol("x")
    p, d = sympy.Symbol("p", positive=True, integer=True), sympy.Dummy("d")
    odd = sympy.Symbol("__import__('os').system('touch owned')")
    yield sympy.log(p) * p**2, p
    yield d**2 + sympy.sin(d), d
    yield x * odd**2, odd
    yield x * sympy.Symbol("a b\n\u202ec"), x
    yield sympy.Function("exec")(x) * x, x
    yield sympy.Piecewise((x, x < 0), (sympy.Integer(1), sympy.Or(x > 2, sympy.Eq(x, 1))), (x**2, True)), x
    yield sympy.Rational(1, 3) * x + sympy.Float("0.1") * x**2, x
    yield sympy.I * x + sympy.EulerGamma * x**2, x
    yield sympy.Integral(sympy.exp(-(d**2)), (d, 0, x)), x


def derivations() -> Iterator[Derivation]:
    for text in TEXTS:
        yield stepcalc.diff(text, *(["x"] if "x" in text and "x_1" not in text else []))
    for expression, letter in expressions():
        yield stepcalc.diff(expression, letter)
    yield stepcalc.diff("x^2 e^x", order=3)
    yield stepcalc.diff("x^2 y^3", "x", "y", "x")
    yield stepcalc.diff("(x+1)^2", tidy=False)
    yield stepcalc.diff("tan(x)/x", prefer=["tan", "product"])


ALL = list(derivations())
IDS = [f"{place}-{item.question.text or 'sympy'}" for place, item in enumerate(ALL)]


@pytest.mark.parametrize("derivation", ALL, ids=IDS)
def test_what_is_written_reads_back_as_the_same(derivation: Derivation) -> None:
    text = derivation.to_json()
    again = Derivation.from_json(text)
    assert again.to_json() == text
    assert again.question == derivation.question
    assert again.answer is derivation.answer
    assert again.also is derivation.also
    assert again.conditions == derivation.conditions
    assert again.untidied is derivation.untidied
    assert len(again.steps) == len(derivation.steps)
    for ours, theirs in zip(again.steps, derivation.steps, strict=True):
        assert (ours.card, ours.law, ours.chain) == (theirs.card, theirs.law, theirs.chain)
        assert (ours.goal, ours.result, ours.conditions) == (theirs.goal, theirs.result, theirs.conditions)
        assert dict(ours.bindings) == dict(theirs.bindings)
    assert str(again) == str(derivation)


@pytest.mark.parametrize("derivation", ALL, ids=IDS)
def test_what_is_read_back_verifies_as_before(derivation: Derivation) -> None:
    again = Derivation.from_json(derivation.to_json())
    assert again.verify().status == derivation.verify().status


@pytest.mark.parametrize("derivation", ALL, ids=IDS)
def test_what_is_written_is_as_the_schema_says(derivation: Derivation) -> None:
    VALIDATOR.validate(json.loads(derivation.to_json()))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_names_every_head_and_label() -> None:
    heads: set[str] = set()
    labels: dict[str, list[str]] = {}
    for kind in SCHEMA["$defs"]["node"]["oneOf"]:
        head, label = kind["prefixItems"]
        names = head.get("enum", [head.get("const")])
        heads.update(names)
        labels[names[0]] = label.get("enum", [])
    assert heads == HEADS
    assert set(labels["constant"]) == CONSTANTS
    assert set(labels["relation"]) == RELATIONS


def test_the_derivations_here_have_most_kinds_of_form() -> None:
    found = {row[0] for derivation in ALL for row in to_data(derivation)["nodes"]}
    assert found >= HEADS - {"reference", "matrix"}


def test_rows_refer_only_to_rows_before_them() -> None:
    for derivation in ALL:
        for place, row in enumerate(to_data(derivation)["nodes"]):
            assert all(argument < place for argument in row[2:])


def test_a_form_that_occurs_twice_is_written_once() -> None:
    rows = to_data(stepcalc.diff("sin(x^2) + cos(x^2)"))["nodes"]
    assert len({json.dumps(row) for row in rows}) == len(rows)


def test_short_expressions_carry_readable_text() -> None:
    data = to_data(stepcalc.diff("x^2 sin(x)"))
    assert data["text"] == "x (2 sin(x) + x cos(x))"
    assert "d/dx[x²] = 2x" in [row.get("text") for row in data["steps"]]


def test_a_forms_row_is_enough_to_make_every_head_again() -> None:
    x, t = forms.letter("x"), forms.letter("t", (("real", True),), 7)
    made: list[Form] = [
        forms.number(-3), forms.number(10**4000), x, t, forms.PI, forms.add(x, t), forms.negate(x),
        forms.divide(x, t), forms.power(x, t), forms.root(x), forms.call("sin", x), forms.vector(x, t),
        forms.derived("f", (0, 2), x, t), forms.relation("not in", x, forms.constant("integers")),
        forms.logic("or", forms.relation("<", x, t), forms.relation(">", x, t)), forms.reference(3),
        forms.goal(x, t, kind="partial"), forms.matrix([[x, t], [t, x]]),
        forms.sparse_matrix(3, 3, {(0, 1): x, (2, 2): t}),
    ]  # fmt: skip
    data = to_data(stepcalc.diff("x"))
    for form in made:
        changed = copy.deepcopy(data)
        start = len(changed["nodes"])
        place = {item: start + row for row, item in enumerate(forms.postorder(form))}
        changed["nodes"] += [[i.head, label_of(i), *(place[arg] for arg in i.args)] for i in place]
        changed["answer"] = place[form]
        VALIDATOR.validate(changed)
        assert from_data(json.loads(json.dumps(changed))).answer is form


# -------------------------------------------------------------------------------------- nothing is evaluated


def test_names_that_look_like_programs_stay_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    evil = "__import__('os').system('touch owned')"
    data = to_data(stepcalc.diff("x^2 f(x) + c", "x"))
    for row in data["nodes"]:
        if row[0] == "letter" and row[1] == "c":
            row[1] = evil
        if row[0] in ("call", "derived"):
            row[1] = evil if row[0] == "call" else {**row[1], "name": evil}
    data["question"]["text"] = data["question"]["notes"] = evil
    data["question"]["notes"] = [evil]
    derivation = from_data(data)
    assert evil in {item.name for item in forms.letters_of(derivation.question.form)}
    str(derivation)
    derivation.verify()
    _ = derivation.result
    assert not list(tmp_path.iterdir())


def test_cards_in_the_text_are_read_as_cards_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = to_data(stepcalc.diff("x^2"))
    data["cards"] = [
        ["../../etc/passwd", '[mine]\nname = "{0.__class__}"\nlaw = "D(sin(u)) = __import__(u)*D(u)"\n']
    ]
    with pytest.raises(TraceError, match="cannot be read"):
        from_data(data)
    assert not list(tmp_path.iterdir())


# ----------------------------------------------------------------------------------------------------- damage

BASE = to_data(stepcalc.diff("x^2 f(2x) + c", "x"))


def row_of(data: dict[str, Any], head: str) -> list[Any]:
    return next(row for row in data["nodes"] if row[0] == head)  # type: ignore[no-any-return]


def law_of(data: dict[str, Any]) -> dict[str, Any]:
    return next(row["law"] for row in data["steps"] if row["law"] is not None)  # type: ignore[no-any-return]


def put(data: Any, value: Any, *path: Any) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


DAMAGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "another version": lambda data: put(data, 2, "stepcalc"),
    "true for the version": lambda data: put(data, True, "stepcalc"),
    "a decimal for the version": lambda data: put(data, 1.0, "stepcalc"),
    "a text for the version": lambda data: put(data, "1", "stepcalc"),
    "no version": lambda data: data.pop("stepcalc"),
    "an unknown head": lambda data: put(row_of(data, "sum"), "eval", 0),
    "a number for a head": lambda data: put(row_of(data, "sum"), 3, 0),
    "a list for a head": lambda data: put(row_of(data, "sum"), ["sum"], 0),
    "an empty row": lambda data: put(data, [], "nodes", 0),
    "a text for a row": lambda data: put(data, "letter", "nodes", 0),
    "a dictionary for a row": lambda data: put(data, {"letter": "x"}, "nodes", 0),
    "nothing for a row": lambda data: put(data, None, "nodes", 0),
    "a text for all rows": lambda data: put(data, "letter", "nodes"),
    "nothing for all rows": lambda data: put(data, None, "nodes"),
    "no rows": lambda data: put(data, [], "nodes"),
    "a sum of one": lambda data: row_of(data, "sum").pop(),
    "a power of three": lambda data: row_of(data, "power").append(0),
    "a letter of something": lambda data: row_of(data, "letter").append(0),
    "a number of something": lambda data: data["nodes"].append(["number", "3", 0]),
    "a function of nothing": lambda data: data["nodes"].append(["call", "f"]),
    "a sine of two": lambda data: data["nodes"].append(["call", "sin", 0, 0]),
    "an integral of two": lambda data: data["nodes"].append(["call", "integral", 0, 0]),
    "pieces without conditions": lambda data: data["nodes"].append(["call", "piecewise", 0]),
    "a row of itself": lambda data: put(
        row_of(data, "sum"), data["nodes"].index(row_of(data, "sum")), 2),
    "a row that refers forward": lambda data: put(row_of(data, "power"), len(data["nodes"]) - 1, 2),
    "a row that refers nowhere": lambda data: put(row_of(data, "sum"), 10**9, 2),
    "a negative row": lambda data: put(row_of(data, "sum"), -1, 2),
    "a text for a row's number": lambda data: put(row_of(data, "sum"), "0", 2),
    "true for a row's number": lambda data: put(row_of(data, "sum"), True, 2),
    "a decimal for a row's number": lambda data: put(row_of(data, "sum"), 0.0, 2),
    "nothing for a row's number": lambda data: put(row_of(data, "sum"), None, 2),
    "a label on a sum": lambda data: put(row_of(data, "sum"), "x", 1),
    "a number for a numeral": lambda data: put(row_of(data, "number"), 2, 1),
    "a word for a numeral": lambda data: put(row_of(data, "number"), "two", 1),
    "an expression for a numeral": lambda data: put(row_of(data, "number"), "1+1", 1),
    "a huge power of ten for a numeral": lambda data: put(row_of(data, "number"), "1e999999999", 1),
    "spaces in a numeral": lambda data: put(row_of(data, "number"), " 2 ", 1),
    "other digits in a numeral": lambda data: put(row_of(data, "number"), "٢", 1),
    "not a number": lambda data: put(row_of(data, "number"), "nan", 1),
    "a third as a decimal": lambda data: put(row_of(data, "number"), "1/3", 1),
    "a division by nought": lambda data: put(row_of(data, "number"), "1/0", 1),
    "too many digits": lambda data: put(row_of(data, "number"), "9" * 5000, 1),
    "a number for a letter": lambda data: put(row_of(data, "letter"), 3, 1),
    "a list for a letter": lambda data: put(row_of(data, "letter"), ["x"], 1),
    "a letter without a name": lambda data: put(row_of(data, "letter"), {"assume": {}, "index": 0}, 1),
    "a letter with a number for a name": lambda data: put(
        row_of(data, "letter"), {"name": 3, "assume": {}, "index": 0}, 1),
    "an assumption that is a text": lambda data: put(
        row_of(data, "letter"), {"name": "x", "assume": {"real": "yes"}, "index": 0}, 1),
    "an assumption that is a number": lambda data: put(
        row_of(data, "letter"), {"name": "x", "assume": {"real": 1}, "index": 0}, 1),
    "an assumption nobody knows": lambda data: put(
        row_of(data, "letter"), {"name": "x", "assume": {"nice": True}, "index": 0}, 1),
    "assumptions that contradict each other": lambda data: put(
        row_of(data, "letter"), {"name": "x", "assume": {"positive": True, "negative": True}, "index": 0}, 1),
    "a letter that does not commute": lambda data: put(
        row_of(data, "letter"), {"name": "x", "assume": {"commutative": False}, "index": 0}, 1),
    "a text for a dummy's number": lambda data: put(
        row_of(data, "letter"), {"name": "x", "assume": {}, "index": "1"}, 1),
    "true for a dummy's number": lambda data: put(
        row_of(data, "letter"), {"name": "x", "assume": {}, "index": True}, 1),
    "half a character": lambda data: put(row_of(data, "letter"), "\ud800", 1),
    "a number for a function": lambda data: put(row_of(data, "call"), 3, 1),
    "no name for a function": lambda data: put(row_of(data, "call"), "", 1),
    "an unknown constant": lambda data: data["nodes"].append(["constant", "tau"]),
    "an unknown relation": lambda data: data["nodes"].append(["relation", "=>", 0, 0]),
    "an unknown connective": lambda data: data["nodes"].append(["logic", "xor", 0, 0]),
    "letters joined by and": lambda data: data["nodes"].append(["logic", "and", 0, 0]),
    "an unknown kind of goal": lambda data: put(row_of(data, "goal"), "d", 1),
    "a goal without a letter": lambda data: row_of(data, "goal").pop(),
    "a goal of a number for a letter": lambda data: put(
        row_of(data, "goal"), data["nodes"].index(row_of(data, "number")), 3),
    "a negative order": lambda data: put(row_of(data, "derived")[1], [-1], "orders"),
    "a text for an order": lambda data: put(row_of(data, "derived")[1], ["1"], "orders"),
    "true for an order": lambda data: put(row_of(data, "derived")[1], [True], "orders"),
    "a decimal for an order": lambda data: put(row_of(data, "derived")[1], [1.5], "orders"),
    "more orders than arguments": lambda data: put(row_of(data, "derived")[1], [1, 0], "orders"),
    "a derivative that is none": lambda data: put(row_of(data, "derived")[1], [0], "orders"),
    "a negative reference": lambda data: data["nodes"].append(["reference", -1]),
    "true for a reference": lambda data: data["nodes"].append(["reference", True]),
    "a matrix with an entry too few": lambda data: data["nodes"].append(
        ["matrix", {"rows": 2, "columns": 2, "at": None}, 0, 0, 0]),
    "a matrix with an entry outside": lambda data: data["nodes"].append(
        ["matrix", {"rows": 2, "columns": 2, "at": [[2, 0]]}, 0]),
    "a matrix with an entry twice": lambda data: data["nodes"].append(
        ["matrix", {"rows": 2, "columns": 2, "at": [[0, 0], [0, 0]]}, 0, 0]),
    "an unknown card": lambda data: put(data, "no_such_card", "steps", 0, "card"),
    "a number for a card": lambda data: put(data, 3, "steps", 0, "card"),
    "a rule that is not the card's": lambda data: put(data, "sine", "steps", 0, "rule"),
    "a law of another card": lambda data: put(law_of(data), "D(sin(u)) = cos(u)*D(u)", "text"),
    "a text for a law": lambda data: put(data, "D(sum(f...)) = sum(D(f)...)", "steps", -1, "law"),
    "a law that is not there": lambda data: put(law_of(data), 99, "place"),
    "true for a law's place": lambda data: put(law_of(data), False, "place"),
    "a step without a goal": lambda data: data["steps"][0].pop("goal"),
    "a step without a result": lambda data: data["steps"][0].pop("result"),
    "a step without bindings": lambda data: data["steps"][0].pop("bindings"),
    "a list for bindings": lambda data: put(data, [0], "steps", 0, "bindings"),
    "a text for a binding": lambda data: put(data, {"u": "x"}, "steps", 0, "bindings"),
    "a negative binding": lambda data: put(data, {"u": -1}, "steps", 0, "bindings"),
    "a substep that is the step itself": lambda data: put(data, [0], "steps", 0, "substeps"),
    "a substep that comes later": lambda data: put(data, [len(data["steps"]) - 1], "steps", 0, "substeps"),
    "a negative substep": lambda data: put(data, [-1], "steps", -1, "substeps"),
    "true for a substep": lambda data: put(data, [True], "steps", -1, "substeps"),
    "a number for the substeps": lambda data: put(data, 0, "steps", -1, "substeps"),
    "a text for a step": lambda data: put(data, "step", "steps", 0),
    "nothing for the steps": lambda data: put(data, None, "steps"),
    "a stage that is not there": lambda data: put(data, [10**6], "stages"),
    "a negative stage": lambda data: put(data, [-1], "stages"),
    "a condition that is none": lambda data: put(data, [{"relation": 0, "status": "kept"}], "conditions"),
    "a condition of unknown status": lambda data: data["conditions"].append(
        {"relation": 0, "status": "maybe"}),
    "a condition without a status": lambda data: data["conditions"].append({"relation": 0}),
    "a negative answer": lambda data: put(data, -1, "answer"),
    "no answer": lambda data: data.pop("answer"),
    "nothing for the answer": lambda data: put(data, None, "answer"),
    "a text beside the answer": lambda data: put(data, "0", "also"),
    "a number for untidied": lambda data: put(data, 0, "untidied"),
    "a number for the text": lambda data: put(data, 3, "question", "text"),
    "a number for a note": lambda data: put(data, [3], "question", "notes"),
    "a number for the letter to vary": lambda data: put(
        data, [data["nodes"].index(row_of(data, "number"))], "question", "letters"),
    "a sum held fixed": lambda data: put(
        data, [data["nodes"].index(row_of(data, "sum"))], "question", "held"),
    "no question": lambda data: data.pop("question"),
    "a list for the question": lambda data: put(data, [], "question"),
    "a file of cards without a text": lambda data: put(data, [["mine.toml"]], "cards"),
    "a number for cards": lambda data: put(data, [["mine.toml", 3]], "cards"),
    "cards that are none": lambda data: put(data, [["mine.toml", "[mine]"]], "cards"),
    "no cards": lambda data: data.pop("cards"),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_refused(kind: str) -> None:
    data = copy.deepcopy(BASE)
    DAMAGE[kind](data)
    assert json.dumps(data) != json.dumps(BASE)
    with pytest.raises(TraceError) as caught:
        Derivation.from_json(json.dumps(data))
    assert caught.value.message.startswith("This ")
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "3", '"text"', "true", "{}", '{"stepcalc": 1}', "not json", "[" * 100_000,
        '{"a":' * 100_000, '{"stepcalc": 1' + "9" * 5000 + "}", "NaN", "\x00", '{"stepcalc": NaN}',
    ],
    ids=lambda text: repr(text[:15]),
)  # fmt: skip
def test_what_is_no_derivation_is_refused(text: str) -> None:
    with pytest.raises(TraceError):
        Derivation.from_json(text)


def test_any_one_value_replaced_is_refused_or_still_a_derivation() -> None:
    """Every place of the document in turn gets a value of every kind."""
    wrong: list[Any] = [None, True, -1, 10**12, 1.5, "", "x", [], {}, [[]], {"a": 0}]
    for path in paths_of(BASE):
        for value in wrong:
            data = copy.deepcopy(BASE)
            put(data, value, *path)
            try:
                derivation = from_data(data)
            except TraceError:
                continue
            assert Derivation.from_json(derivation.to_json()).answer is derivation.answer


def paths_of(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*above, key)
        yield from paths_of(value, (*above, key))


# ------------------------------------------------------------------------------------------------------ size


def nested(count: int) -> Form:
    form: Form = forms.letter("x")
    for _ in range(count):
        form = forms.call("sin", form)
    return form


def long_sum(count: int) -> Form:
    x = forms.letter("x")
    return forms.add(*(forms.power(x, forms.number(exponent)) for exponent in range(2, count + 2)))


@pytest.mark.parametrize(("make", "counts"), [(nested, (300, 600)), (long_sum, (2000, 4000))])
def test_the_size_grows_about_linearly(make: Callable[[int], Form], counts: tuple[int, int]) -> None:
    small, large = (len(stepcalc.diff(make(count), tidy=False).to_json()) for count in counts)
    assert large < 2.4 * small


@pytest.mark.parametrize(("make", "count"), [(nested, 600), (long_sum, 4000)])
def test_large_derivations_read_back(make: Callable[[int], Form], count: int) -> None:
    derivation = stepcalc.diff(make(count), tidy=False)
    again = Derivation.from_json(derivation.to_json())
    assert again.answer is derivation.answer
    assert len(again.steps) == len(derivation.steps)


def test_a_users_cards_travel_along(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[bump]\nname = "Derivative of the bump"\ndefine = "bump(u) = exp(-u**2)"\n'
        'law = "D(bump(u)) = -2*u*bump(u)*D(u)"\n'
    )
    text = stepcalc.diff("bump(3x)", rulebook=load_book([mine])).to_json()
    mine.unlink()
    VALIDATOR.validate(json.loads(text))
    again = Derivation.from_json(text)
    assert again.to_json() == text
    assert again.verify().status == "checked"


def test_errors_are_of_one_family() -> None:
    assert issubclass(TraceError, StepcalcError)


def test_a_derivation_is_shown_on_one_line_where_it_is_not_printed() -> None:
    derivation = stepcalc.diff("x^2 sin x")
    assert repr(derivation) == "<Derivation, diff of x² sin(x): x (2 sin(x) + x cos(x))>"
    assert repr(derivation.steps[1]) == "<Step, power: d/dx[x²] = 2x>"
    assert len(repr(stepcalc.diff(" + ".join(f"x^{k} sin(x)" for k in range(2, 60))))) < 200


@pytest.mark.parametrize("again", [lambda item: pickle.loads(pickle.dumps(item)), copy.copy, copy.deepcopy])
def test_a_derivation_can_be_pickled_and_copied(again: Callable[[Derivation], Derivation]) -> None:
    derivation = stepcalc.hessian("x^2 y", ["x", "y"])
    assert again(derivation).to_json() == derivation.to_json()
