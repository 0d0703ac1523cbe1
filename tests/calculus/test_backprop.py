"""Back-propagation as a derivation: every step is checked, says what it should, and a wrong one is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import stepcalc
from stepcalc.calculus.networks import MOST_PARAMETERS
from stepcalc.errors import LimitError, UsageError
from stepcalc.notation.forms import Form, add, call, column, letter, multiply, negate, number, power
from stepcalc.notation.unicode import spans
from stepcalc.render.networks import stated
from stepcalc.rulebook.gradient_checks import gradient_holds
from stepcalc.rulebook.network_checks import NETWORK_STEPS
from stepcalc.rulebook.networks import A_I, A_K, at_layer, network_form, shape_of
from stepcalc.trace.step import Step


def said(step: Step) -> list[str]:
    """What a step says, as lines."""
    lines = []
    for left, right in stated(step):
        sides = [side for side in (left, right) if side is not None]
        lines.append(" = ".join("".join(text for text, _ in spans(side, symbolic=True)) for side in sides))
    return lines


def step_of(derivation: stepcalc.Derivation, card: str, place: int = 0) -> Step:
    """A step by its card."""
    return [step for step in derivation.steps if step.card.id == card][place]


NETWORKS = [
    ("1,2,1", "tanh", None),
    ("1,2,1", "tanh,linear", None),
    ("2,3,2", "sigmoid", None),
    ("2,2,2", "relu,sigmoid", None),
    ("1,1", "softplus", None),
    ("2,3", "softmax", "cross-entropy"),
    ("2,2,3", "tanh,softmax", None),
    ("1,2,2,1", "silu,gelu,linear", None),
    ("1,2,1,2,1", "sin", None),
    ("2,3,3", "linear", None),
    ("2,3,1", "log,linear", None),
    ("2,3,1", "asin", None),
    ("2,4,3", "floor", None),
    ("2,4,3", "sign,linear", None),
]


@pytest.mark.parametrize(("layers", "activation", "cost"), NETWORKS, ids=[f"{a} {b}" for a, b, _ in NETWORKS])
def test_every_step_is_checked_and_read_back(layers: str, activation: str, cost: str | None) -> None:
    derivation = stepcalc.backprop(layers, activation, cost)
    outcome = derivation.verify()
    assert outcome, outcome.reasons
    again = stepcalc.Derivation.from_json(derivation.to_json())
    assert again.answer is derivation.answer
    assert again.verify()


def test_the_four_equations_in_matrix_form() -> None:
    derivation = stepcalc.backprop([3, 4, 2], "tanh")
    assert said(step_of(derivation, "output_error"))[0] == "δ⁽²⁾ = ∂C/∂z⁽²⁾ = 2 (a⁽²⁾−y) ∘ (1 − (a⁽²⁾)²)"
    assert said(step_of(derivation, "error_back"))[0] == "δ⁽¹⁾ = ∂C/∂z⁽¹⁾ = ((W⁽²⁾)ᵀδ⁽²⁾) ∘ (1 − (a⁽¹⁾)²)"
    assert said(step_of(derivation, "weight_gradient", 1))[0] == "∂C/∂W⁽¹⁾ = δ⁽¹⁾(a⁽⁰⁾)ᵀ"
    assert said(step_of(derivation, "bias_gradient", 1))[0] == "∂C/∂b⁽¹⁾ = δ⁽¹⁾"


def test_matrices_keep_their_order_in_json() -> None:
    import json

    found = json.loads(stepcalc.backprop([1, 2, 1], "tanh").to_json())
    (text,) = [step["text"] for step in found["steps"] if step["card"] == "error_back"]
    assert text.endswith('= hadamard(transposed("W^(2)")·"delta^(2)", 1 − ("a^(1)")²)')


def test_softmax_with_cross_entropy_comes_to_its_short_form() -> None:
    derivation = stepcalc.backprop([2, 3], "softmax")
    lines = said(step_of(derivation, "softmax_error"))
    assert lines == [
        "∂C/∂zᵢ = ∂C/∂aᵢ·∂aᵢ/∂zᵢ + Σₖ≠ᵢ ∂C/∂aₖ·∂aₖ/∂zᵢ",
        "−yᵢ (1−aᵢ) + Σₖ≠ᵢ aᵢyₖ",
        "−yᵢ (1−aᵢ) + aᵢ (1−yᵢ)",
        "aᵢ − yᵢ",
        "δ⁽¹⁾ = ∂C/∂z⁽¹⁾ = a⁽¹⁾ − y",
        "column(a⁽¹⁾₁−y₁, a⁽¹⁾₂−y₂, a⁽¹⁾₃−y₃)",
    ]
    names = [step.rule.name for step in derivation.steps]
    assert "Quotient rule" in names and "Derivative of the natural logarithm" in names
    assert "Error of the output layer" not in names  # ∂C/∂a ∘ f′(z) is no law of softmax


def test_the_slopes_of_softmax_are_what_the_quotient_rule_gives() -> None:
    derivation = stepcalc.backprop([2, 3], "softmax")
    assert said(step_of(derivation, "softmax_own"))[1:] == ["aᵢ − aᵢ²", "aᵢ (1−aᵢ)"]
    assert said(step_of(derivation, "softmax_other"))[1:] == ["−aᵢaₖ"]
    own = step_of(derivation, "softmax_own")
    wrong = NETWORK_STEPS["softmax_own"][0](own.goal, lambda _: negate(own.substeps[0].result))
    assert wrong is not own.result  # what comes out hangs on what the rule gave


def test_relu_says_where_it_has_no_derivative() -> None:
    derivation = stepcalc.backprop("1,2,1", "relu,linear")
    assert [str(condition.relation.label) for condition in derivation.conditions] == ["!="]
    assert "training takes 0 there" in str(derivation)


def test_the_gradient_is_what_sympy_gives() -> None:
    """The course's 1-2-1 network: everything put in and differentiated by SymPy."""
    found = stepcalc.backprop([1, 2, 1], "tanh").result
    x, y = sympy.symbols("a^(0)_1 y_1")
    w = {name: sympy.Symbol(name) for name in ("W^(1)_11", "W^(1)_21", "W^(2)_11", "W^(2)_12")}
    b = {name: sympy.Symbol(name) for name in ("b^(1)_1", "b^(1)_2", "b^(2)_1")}
    hidden = [sympy.tanh(w[f"W^(1)_{j}1"] * x + b[f"b^(1)_{j}"]) for j in (1, 2)]
    out = sympy.tanh(w["W^(2)_11"] * hidden[0] + w["W^(2)_12"] * hidden[1] + b["b^(2)_1"])
    order = ["W^(1)_11", "W^(1)_21", "b^(1)_1", "b^(1)_2", "W^(2)_11", "W^(2)_12", "b^(2)_1"]
    values = {"a^(1)_1": hidden[0], "a^(1)_2": hidden[1], "a^(2)_1": out}
    point = {symbol: sympy.Rational(k + 2, 7) for k, symbol in enumerate([x, y, *w.values(), *b.values()])}
    for name, entry in zip(order, found, strict=True):
        right = sympy.diff((out - y) ** 2, sympy.Symbol(name)).subs(point)
        left = entry.subs({sympy.Symbol(key): value for key, value in values.items()}).subs(point)
        assert abs((left - right).evalf(40)) < 1e-30, name


@pytest.mark.parametrize("weight", ["W1[2,1]", "W2[1,2]", "b1[1]", "b2[1]"])
def test_one_weight_along_every_branch_is_its_entry_of_the_gradient(weight: str) -> None:
    derivation = stepcalc.backprop([1, 2, 1], "tanh", weight=weight)
    assert derivation.verify()
    order = ["W1[1,1]", "W1[2,1]", "b1[1]", "b1[2]", "W2[1,1]", "W2[1,2]", "b2[1]"]
    entry = stepcalc.backprop([1, 2, 1], "tanh").result[order.index(weight)]
    shares = {
        f"a^({layer})_{place}": sympy.tanh(sympy.Symbol(f"z^({layer})_{place}"))
        for layer, place in ((1, 1), (1, 2), (2, 1))
    }
    put_in = {sympy.Symbol(name): body for name, body in shares.items()}
    assert sympy.simplify(derivation.result.subs(put_in) - entry.subs(put_in)) == 0


def test_one_weight_of_many_branches_is_checked() -> None:
    derivation = stepcalc.backprop([2, 3, 2, 3], "tanh,tanh,softmax", weight="W1_32")
    assert derivation.verify()


def wrong_results(form: Form, result: Form) -> list[Form]:
    """Results near a right one: another sign, twice as much, something left out."""
    if result.head == "vector":
        return [result.args[0], stepcalc_vector(negate(result.args[0]), result.args[1])]
    return [negate(result), multiply(number(2), result), add(result, number(1))]


def stepcalc_vector(*parts: Form) -> Form:
    from stepcalc.notation.forms import vector

    return vector(*parts)


@pytest.mark.parametrize("activation", ["tanh", "tanh,softmax"])
def test_a_wrong_result_is_found_by_numbers_alone(activation: str) -> None:
    derivation = stepcalc.backprop([2, 2, 2], activation)
    book = derivation.rulebook
    tried = set()
    for step in derivation.steps:
        if step.goal.head != "call" or step.goal.name not in NETWORK_STEPS or step.goal.name == "backprop":
            continue
        _, holds = NETWORK_STEPS[step.goal.name]
        assert holds(step.goal, step.result, book.definitions) is True
        for wrong in wrong_results(step.goal, step.result):
            assert holds(step.goal, wrong, book.definitions) is False, step.goal.name
        tried.add(step.goal.name)
    assert {"forward_step", "network_cost", "weight_gradient", "bias_gradient", "error_back"} <= tried


def test_a_weight_that_is_not_transposed_is_found() -> None:
    derivation = stepcalc.backprop([2, 2, 2], "tanh")
    step = step_of(derivation, "error_back")
    wrong = call("hadamard", multiply(at_layer("W", 2), at_layer("delta", 2)), step.result.args[1])
    _, holds = NETWORK_STEPS["error_back"]
    assert holds(step.goal, wrong, derivation.rulebook.definitions) is False


@pytest.mark.parametrize(("name", "wrong"), [("softmax_own", A_I), ("softmax_other", multiply(A_K, A_I))])
def test_a_wrong_slope_of_softmax_is_found(name: str, wrong: Form) -> None:
    derivation = stepcalc.backprop([2, 3], "softmax")
    step = step_of(derivation, name)
    assert NETWORK_STEPS[name][1](step.goal, wrong, derivation.rulebook.definitions) is False


def test_a_changed_step_fails_verification() -> None:
    derivation = stepcalc.backprop([1, 2, 1], "tanh")
    root = derivation.stages[0]
    entries = list(root.result.args)
    entries[0] = negate(entries[0])
    forged = replace(root, result=column(entries))
    changed = replace(derivation, stages=(forged,), answer=forged.result)
    assert changed.verify().status == "failed"
    assert NETWORK_STEPS["backprop"][1](root.goal, forged.result, derivation.rulebook.definitions) is False


LARGE: tuple[int, ...] = (50, 40, 20, 1)
"""2,881 weights and biases."""


def spoilt(entries: list[Form], kind: str) -> list[Form]:
    """The entries of a gradient with something wrong in one or two of them."""
    if kind == "sign":
        entries[1234] = negate(entries[1234])
    elif kind == "little":
        entries[2040] = multiply(add(number(1), power(number(10), number(-12))), entries[2040])
    elif kind == "exchanged":
        entries[7], entries[8] = entries[8], entries[7]
    elif kind == "left out":
        entries[2880] = number(0)
    return entries


@pytest.mark.parametrize("kind", ["sign", "little", "exchanged", "left out"])
def test_one_wrong_entry_among_thousands_is_found(kind: str) -> None:
    derivation = stepcalc.backprop(LARGE, "tanh")
    root = derivation.stages[0]
    wrong = column(spoilt(list(root.result.args), kind))
    assert wrong is not root.result
    assert gradient_holds(root.goal, wrong, derivation.rulebook.definitions) is False


def test_a_gradient_of_another_length_is_found() -> None:
    derivation = stepcalc.backprop([1, 2, 1])
    root = derivation.stages[0]
    longer = column([*root.result.args, number(1)])
    assert gradient_holds(root.goal, longer, derivation.rulebook.definitions) is False


def test_what_was_checked_is_said() -> None:
    small = str(stepcalc.backprop([1, 2, 1]))
    assert "The whole gradient (7 entries) was compared" in " ".join(small.split())
    assert "at most 3 units" not in small
    large = " ".join(str(stepcalc.backprop(LARGE, "relu")).split())
    assert "(2,881 entries)" in large and "along 16 random directions at 8 points" in large
    assert "at most 4 layers of at most 3 units" in large
    assert "at most 4 layers" in " ".join(str(stepcalc.backprop([1] * 6)).split())


def test_a_deep_network_is_checked_as_quickly_as_it_is_deep() -> None:
    import time

    derivation = stepcalc.backprop([2] * 20, "tanh,relu,linear," * 6 + "sigmoid")
    start = time.process_time()
    assert derivation.verify()
    assert time.process_time() - start < 15  # about 2 s; a forward pass of all layers for each step took 80 s


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 4), min_size=2, max_size=5),
    st.sampled_from(["tanh", "sigmoid", "relu", "softplus", "linear"]),
)
def test_the_form_of_a_network_says_its_shape(sizes: list[int], activation: str) -> None:
    derivation = stepcalc.backprop(sizes, activation)
    network = derivation.stages[0].goal.args[1]
    shape = shape_of(network)
    assert list(shape.sizes) == sizes and network_form(shape) is network
    assert derivation.answer.label == (shape.count(), 1, None)


def test_sizes_are_read_as_text_and_as_numbers() -> None:
    assert stepcalc.backprop("1, 2, 1").answer is stepcalc.backprop((1, 2, 1)).answer
    assert (
        stepcalc.backprop("1,2,1", "ReLU,identity").answer is stepcalc.backprop("1,2,1", "relu,linear").answer
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"layers": "1,two,1"}, "layers-unreadable"),
        ({"layers": "1,0,1"}, "layers-unreadable"),
        ({"layers": [1, 2.5]}, "layers-unreadable"),
        ({"layers": "7"}, "layers-few"),
        ({"layers": [1] * 30}, "layers-few"),
        ({"layers": "1,2,1", "activation": "tangent"}, "activation-unknown"),
        ({"layers": "1,2,1", "activation": "atan2"}, "activation-unknown"),
        ({"layers": "1,2,1", "activation": "tanh,tanh,tanh"}, "activations-count"),
        ({"layers": "1,2,2", "activation": "softmax"}, "softmax-inside"),
        ({"layers": "1,2,2", "activation": "tanh", "cost": "cross-entropy"}, "softmax-cost"),
        ({"layers": "1,2,2", "activation": "tanh,softmax", "cost": "squares"}, "softmax-cost"),
        ({"layers": "1,2,1", "activation": "tanh,softmax"}, "softmax-single"),
        ({"layers": "1,2,1", "cost": "cubes"}, "cost-unknown"),
        ({"layers": "1,2,1", "weight": "the first"}, "weight-unreadable"),
        ({"layers": "1,2,1", "weight": "W3[1,1]"}, "weight-layer"),
        ({"layers": "1,2,1", "weight": "W1[2]"}, "weight-layer"),
        ({"layers": "1,2,1", "weight": "W1[1,2]"}, "weight-place"),
        ({"layers": "1,2,1", "weight": "b1[3]"}, "weight-place"),
    ],
)
def test_what_does_not_fit_is_said(asked: dict[str, object], code: str) -> None:
    with pytest.raises(UsageError) as raised:
        stepcalc.backprop(**asked)  # type: ignore[arg-type]
    assert raised.value.code == code


def test_a_network_that_is_too_large_is_refused() -> None:
    with pytest.raises(LimitError) as raised:
        stepcalc.backprop([200, 200, 1])
    assert f"{MOST_PARAMETERS:,}" in str(raised.value)


def test_a_weight_of_too_many_branches_is_refused() -> None:
    with pytest.raises(LimitError) as raised:
        stepcalc.backprop([1, 60, 60, 1], weight="W1[1,1]")
    assert "layer by layer" in str(raised.value)
    assert stepcalc.backprop([1, 60, 60, 1], weight="W3[1,1]").verify()


def test_a_network_of_thousands_of_weights_is_derived_and_checked() -> None:
    derivation = stepcalc.backprop([2, 50, 50, 3], "tanh,relu,softmax")
    assert derivation.answer.label == (2853, 1, None)
    assert derivation.verify()


def test_letters_of_layers_round_trip() -> None:
    from stepcalc.notation.reader import read_text
    from stepcalc.notation.unicode import one_line

    derivation = stepcalc.backprop([1, 12, 1], "tanh")
    for entry in derivation.answer.args[:3]:
        assert read_text(one_line(entry), functions=derivation.rulebook.functions).form is entry
    assert letter("W^(2)_1,12") in derivation.answer.args[11].args
