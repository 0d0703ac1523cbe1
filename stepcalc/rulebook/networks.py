"""Strategies for networks of layers: the forward pass, and the errors and gradients of back-propagation.

A network is a vector: first the sizes of its layers, then its equations in the order of the forward pass,
z = W·a + b and a = f(z) for every layer, and at the end C = the cost. Letters stand for columns and matrices:
a product is one of matrices, functions and powers act entry by entry, a number added to a column is added to
each entry. The laws therefore do not depend on how many units a layer has.

Source of the four equations: M. Nielsen, Neural Networks and Deep Learning (2015), chapter 2, BP1 to BP4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Final

from stepcalc.notation.arithmetic import combine, over, plus, raised, times
from stepcalc.notation.forms import (
    ONE,
    TWO,
    Form,
    add,
    call,
    column,
    goal,
    letter,
    letters_of,
    multiply,
    negate,
    number,
    postorder,
    power,
    rebuild,
    relation,
    vector,
    with_args,
)
from stepcalc.notation.names import split_layered
from stepcalc.rulebook.goals import Solve

Rows = tuple[tuple[Form, ...], ...]

COST: Final = letter("C")
TARGET: Final = letter("y")
IDENTITY: Final = "linear"
SQUARES: Final = "squares"
CROSS_ENTROPY: Final = "cross-entropy"

MOST_COMBINED: Final = 64
"""The partial derivatives of a larger network stay as the product of matrices gives them."""

_POSITIVE: Final = (("positive", True),)
_Z, _A, _SHARE = letter("z"), letter("a"), letter("a", _POSITIVE)
"""What one unit takes and gives; what one of softmax gives is positive."""

A_I, Y_I, Z_I = letter("a_i", _POSITIVE), letter("y_i"), letter("z_i")
A_K, Y_K, Z_K = letter("a_k", _POSITIVE), letter("y_k"), letter("z_k")
REST: Final = letter("s", _POSITIVE)
"""In the proof for softmax: one unit, another, and what the remaining ones add to the sum below the line."""


def at_layer(name: str, layer: int) -> Form:
    """The letter for a column or matrix of one layer: W⁽²⁾.

    Examples:
        >>> at_layer("W", 2).name
        'W^(2)'
    """
    return letter(f"{name}^({layer})")


def unit(whole: Form, *place: int) -> Form:
    """The letter for one entry of a column or a matrix, counted from 1: W⁽²⁾₁₂.

    Examples:
        >>> unit(at_layer("W", 2), 1, 12).name, unit(letter("y"), 3).name
        ('W^(2)_1,12', 'y_3')
    """
    digits = [str(index) for index in place]
    return letter(f"{whole.name}_{('' if all(len(each) == 1 for each in digits) else ',').join(digits)}")


@dataclass(frozen=True, slots=True)
class Shape:
    """A network as its form says it is.

    Args:
        sizes: How many numbers each layer has, the input first.
        activations: The function of each layer but the input.
        cost: ``"squares"`` or ``"cross-entropy"``.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    cost: str

    @property
    def depth(self) -> int:
        """How many layers have weights."""
        return len(self.sizes) - 1

    def extent(self, whole: Form) -> tuple[int, int]:
        """The rows and columns of a letter of the network."""
        if whole is TARGET:
            return self.sizes[-1], 1
        base, layer, _ = split_layered(whole.name) or ("C", "0", "")
        if base == "W":
            return self.sizes[int(layer)], self.sizes[int(layer) - 1]
        return (1, 1) if base == "C" else (self.sizes[int(layer)], 1)

    def parameters(self) -> tuple[Form, ...]:
        """W⁽¹⁾, b⁽¹⁾, W⁽²⁾, ... in the order of the gradient."""
        return tuple(at_layer(name, layer) for layer in range(1, self.depth + 1) for name in "Wb")

    def count(self) -> int:
        """How many weights and biases there are."""
        return sum((before + 1) * here for before, here in zip(self.sizes, self.sizes[1:], strict=False))


def network_form(shape: Shape) -> Form:
    """The network as a vector of its sizes and equations."""
    equations = []
    for layer, name in enumerate(shape.activations, 1):
        w, b, z, a = (at_layer(base, layer) for base in "Wbza")
        equations.append(relation("=", z, add(multiply(w, at_layer("a", layer - 1)), b)))
        equations.append(relation("=", a, z if name == IDENTITY else call(name, z)))
    out = at_layer("a", shape.depth)
    cost = call("summed", power(add(out, negate(TARGET)), TWO))
    if shape.cost == CROSS_ENTROPY:
        cost = negate(call("summed", call("hadamard", TARGET, call("log", out))))
    return vector(vector(*map(number, shape.sizes)), *equations, relation("=", COST, cost))


def shape_of(network: Form) -> Shape:
    """What the vector says of the network.

    Examples:
        >>> shape_of(network_form(Shape((1, 2, 1), ("tanh", "linear"), "squares"))).activations
        ('tanh', 'linear')
    """
    bodies = equations_of(network)
    sizes = tuple(int(str(size.label)) for size in network.args[0].args)
    outs = [bodies[at_layer("a", layer)] for layer in range(1, len(sizes))]
    names = tuple(IDENTITY if body.head == "letter" else body.name for body in outs)
    squares = bodies[COST].head == "call"
    return Shape(sizes, names, SQUARES if squares else CROSS_ENTROPY)


def equations_of(network: Form) -> dict[Form, Form]:
    """What each letter is, in the order of the forward pass."""
    return {equation.args[0]: equation.args[1] for equation in network.args[1:]}


def layer_of(whole: Form) -> int:
    """The layer that a letter belongs to."""
    parts = split_layered(whole.name)
    return int(parts[1]) if parts else 0


# ------------------------------------------------------------------------------------------- the strategies


def forward_step(form: Form, _: Solve) -> Form:
    """z = W·a + b, then a = f(z)."""
    out, network = form.args
    bodies = equations_of(network)
    return vector(bodies[at_layer("z", layer_of(out))], bodies[out])


def network_cost(form: Form, _: Solve) -> Form:
    """The cost, in the outputs and the targets."""
    return equations_of(form.args[1])[COST]


def cost_slope(form: Form, solve: Solve) -> Form:
    """∂C/∂a, from one term of the sum: each output stands in a term of its own."""
    out, network = form.args
    if shape_of(network).cost == SQUARES:
        found = solve(goal(power(add(_A, negate(TARGET)), TWO), _A, kind="partial"))
        return rebuild(found, {_A: out})
    found = solve(goal(negate(multiply(TARGET, call("log", _SHARE))), _SHARE, kind="partial"))
    return rebuild(found, {_SHARE: out})


def activation_slope(form: Form, solve: Solve) -> Form:
    """f′(z), written with a = f(z) wherever f(z) occurs, since the forward pass has it already."""
    z, network = form.args
    layer = layer_of(z)
    name = shape_of(network).activations[layer - 1]
    own = _Z if name == IDENTITY else call(name, _Z)
    found = solve(goal(own, _Z))
    return by_entries(rebuild(found, {own: at_layer("a", layer), _Z: z}))


def output_error(form: Form, solve: Solve) -> Form:
    """δ of the last layer: ∂C/∂a times f′(z), entry by entry."""
    z, network = form.args
    slope = solve(call("cost_slope", at_layer("a", layer_of(z)), network))
    return entrywise(slope, solve(call("activation_slope", z, network)))


def error_back(form: Form, solve: Solve) -> Form:
    """δ of a layer from δ of the next: back through the weights, then through f."""
    z, network = form.args
    layer = layer_of(z)
    solve(error_goal(layer + 1, network))
    back = multiply(call("transposed", at_layer("W", layer + 1)), at_layer("delta", layer + 1))
    return entrywise(back, solve(call("activation_slope", z, network)))


def error_goal(layer: int, network: Form) -> Form:
    """What asks for the error δ of a layer; each output of softmax acts through all shares, so it has its own."""
    shape = shape_of(network)
    last = "softmax_error" if shape.activations[-1] == "softmax" else "output_error"
    return call(last if layer == shape.depth else "error_back", at_layer("z", layer), network)


def weight_gradient(form: Form, solve: Solve) -> Form:
    """∂C/∂W: the error of a unit times what came in through the weight."""
    w, network = form.args
    layer = layer_of(w)
    solve(error_goal(layer, network))
    return multiply(at_layer("delta", layer), call("transposed", at_layer("a", layer - 1)))


def bias_gradient(form: Form, solve: Solve) -> Form:
    """∂C/∂b is the error itself: the bias is added to z as it is."""
    b, network = form.args
    solve(error_goal(layer_of(b), network))
    return at_layer("delta", layer_of(b))


def backprop(form: Form, solve: Solve) -> Form:
    """The whole pass: forward, cost, errors from the last layer to the first, gradients; then the entries."""
    network = form.args[1]
    shape = shape_of(network)
    layers = range(1, shape.depth + 1)
    for layer in layers:
        solve(call("forward_step", at_layer("a", layer), network))
    solve(call("network_cost", COST, network))
    found: dict[Form, Form] = {}
    for layer in reversed(layers):
        found[at_layer("delta", layer)] = solve(error_goal(layer, network))
        for base, card in (("W", "weight_gradient"), ("b", "bias_gradient")):
            whole = at_layer(base, layer)
            found[whole] = solve(call(card, whole, network))
    return column(gradient_entries(shape, found))


def gradient_entries(shape: Shape, found: Mapping[Form, Form]) -> list[Form]:
    """The partial derivatives one by one, each matrix row by row, in the order of the parameters.

    Args:
        shape: The network.
        found: The errors δ and the gradients, as matrices.
    """
    values = lettered(shape)
    for layer in range(shape.depth, 0, -1):
        delta = at_layer("delta", layer)
        values[delta] = entries(found[delta], values)
    few = shape.count() <= MOST_COMBINED
    return [
        combine(entry) if few else entry
        for whole in shape.parameters()
        for row in entries(found[whole], values)
        for entry in row
    ]


def entrywise(left: Form, right: Form) -> Form:
    """The product entry by entry; one with ones is left out."""
    return left if right is ONE else right if left is ONE else call("hadamard", left, right)


def by_entries(form: Form) -> Form:
    """What holds for each entry, said of columns: their products are products entry by entry.

    Examples:
        >>> from stepcalc.notation.unicode import one_line
        >>> a = at_layer("a", 1)
        >>> one_line(by_entries(multiply(TWO, a, a)), ascii=True)
        '2 hadamard("a^(1)", "a^(1)")'
    """
    done: dict[Form, Form] = {}
    for node in postorder(form):
        args = tuple(done[arg] for arg in node.args)
        columns = [arg for arg in args if letters_of(arg)]
        if node.head == "product" and len(columns) > 1:
            front = [arg for arg in args if not letters_of(arg)]
            done[node] = multiply(*front, reduce(partial(call, "hadamard"), columns))
        else:
            done[node] = with_args(node, args)
    return done[form]


# ------------------------------------------------------------------------------- softmax with cross-entropy

OWN: Final = over(call("exp", Z_I), add(call("exp", Z_I), REST))
"""aᵢ, with what the other units add below the line held in one letter."""

ANOTHER: Final = over(call("exp", Z_K), add(call("exp", Z_I), call("exp", Z_K), REST))
"""aₖ, with what the remaining units add held in one letter."""


def softmax_own(_: Form, solve: Solve) -> Form:
    """∂aᵢ/∂zᵢ = aᵢ(1 − aᵢ): the quotient rule, then the shares put back."""
    return combine(times(A_I, of_share(solve(goal(OWN, Z_I, kind="partial")), A_I)))


def softmax_other(_: Form, solve: Solve) -> Form:
    """∂aₖ/∂zᵢ = −aₖ·aᵢ for another unit k: zᵢ stands below the line only."""
    return combine(times(A_K, of_share(solve(goal(ANOTHER, Z_I, kind="partial")), A_I, A_K)))


def in_shares(slope: Form, *shares: Form) -> Form:
    """A slope in the shares aᵢ, aₖ that e^zᵢ, e^zₖ are of the whole sum S; S itself cancels.

    Args:
        slope: In e^zᵢ and, where there is another unit, e^zₖ, and the rest s of the sum.
        shares: aᵢ, or aᵢ and aₖ.
    """
    return _by_shares(slope, shares, ONE)


def of_share(slope: Form, *shares: Form) -> Form:
    """The same divided by the last of the shares."""
    return _by_shares(slope, shares, shares[-1])


def _by_shares(slope: Form, shares: Sequence[Form], below: Form) -> Form:
    from sympy import cancel

    from stepcalc.notation.values import form_of, value

    plain = {share: value(letter(share.name)) for share in shares}
    whole = value(letter("S"))
    put_in = {
        value(call("exp", z)): plain[share] * whole for z, share in ((Z_I, A_I), (Z_K, A_K)) if share in plain
    }
    rest = {value(REST): whole * (1 - sum(plain.values()))}
    found = cancel(value(slope).subs(put_in).subs(rest)) / plain.get(below, 1)
    return rebuild(form_of(found.expand()), {letter(share.name): share for share in shares})


def softmax_terms(form: Form, solve: Solve) -> tuple[Form, Form]:
    """What a unit's own share adds to ∂C/∂zᵢ, and what that of one other unit adds, shortened."""
    z, network = form.args
    out = at_layer("a", layer_of(z))
    slope = solve(call("cost_slope", out, network))
    own = times(rebuild(slope, {out: A_I, TARGET: Y_I}), solve(call("softmax_own", z, network)))
    other = times(rebuild(slope, {out: A_K, TARGET: Y_K}), solve(call("softmax_other", z, network)))
    return combine(own, cancel=True), combine(other, cancel=True)


def softmax_sum(terms: tuple[Form, Form]) -> Form:
    """Both terms added, the other targets being 1 − yᵢ together."""
    own, other = terms
    return plus(own, rebuild(other, {Y_K: add(ONE, negate(Y_I))}))


def softmax_error(form: Form, solve: Solve) -> Form:
    """δ = a − y: the chain rule over all units, multiplied out."""
    from stepcalc.notation.values import form_of, value

    share, target = letter("a"), TARGET
    whole = rebuild(softmax_sum(softmax_terms(form, solve)), {A_I: share, Y_I: target})
    return rebuild(form_of(value(whole).expand()), {share: at_layer("a", layer_of(form.args[0]))})


# ------------------------------------------------------------------------------------------ entry by entry


def lettered(shape: Shape) -> dict[Form, Rows]:
    """For every letter of the network the letters of its entries."""
    wholes = [TARGET, at_layer("a", 0)]
    for layer in range(1, shape.depth + 1):
        wholes += [at_layer(base, layer) for base in ("W", "b", "z", "a", "delta")]
    found: dict[Form, Rows] = {COST: ((COST,),)}
    for whole in wholes:
        rows, columns = shape.extent(whole)
        wide = split_layered(whole.name) is not None and whole.name.startswith("W")
        found[whole] = tuple(
            tuple(unit(whole, row, place) if wide else unit(whole, row) for place in range(1, columns + 1))
            for row in range(1, rows + 1)
        )
    return found


def entries(form: Form, values: Mapping[Form, Rows]) -> Rows:
    """A form whose letters are columns and matrices, entry by entry.

    Args:
        form: The form.
        values: The entries of its letters.

    Examples:
        >>> w, a = letter("w"), letter("a")
        >>> parts = {w: ((letter("w_1"), letter("w_2")),), a: ((letter("a_1"),), (letter("a_2"),))}
        >>> from stepcalc.notation.unicode import one_line
        >>> one_line(entries(multiply(w, a), parts)[0][0])
        'w₁a₁ + w₂a₂'
    """
    done: dict[Form, Rows] = {}
    for node in postorder(form):
        if node in values:
            done[node] = values[node]
        elif not node.args:
            done[node] = ((node,),)
        else:
            name = str(node.label) if node.head == "call" else node.head
            parts = [done[arg] for arg in node.args]
            own = _ENTRIES.get(name) or partial(_each, partial(_same_of, node))
            done[node] = own(parts)
    return done[form]


def _same_of(node: Form, *args: Form) -> Form:
    return with_args(node, args)


def _each(function: Callable[..., Form], parts: Sequence[Rows]) -> Rows:
    """A function of each entry; a single number goes with every entry."""
    tallest = max(parts, key=lambda rows: len(rows) * len(rows[0]))
    return tuple(
        tuple(
            function(*(rows[0][0] if _is_single(rows) else rows[row][place] for rows in parts))
            for place in range(len(tallest[0]))
        )
        for row in range(len(tallest))
    )


def _terms(form: Form) -> tuple[Form, ...]:
    return form.args if form.head == "sum" else (form,)


def _is_single(rows: Rows) -> bool:
    return len(rows) == 1 and len(rows[0]) == 1


def _product(parts: Sequence[Rows]) -> Rows:
    """The product of matrices; numbers go in front."""
    found = parts[0]
    for other in parts[1:]:
        if _is_single(found) or _is_single(other):
            found = _each(times, [found, other])
        else:
            columns = list(zip(*other, strict=True))
            found = tuple(tuple(plus(*map(times, row, down)) for down in columns) for row in found)
    return found


def _softmax(parts: Sequence[Rows]) -> Rows:
    (inside,) = parts
    powers = [call("exp", entry) for (entry,) in inside]
    return tuple((over(each, plus(*powers)),) for each in powers)


_ENTRIES: Final[Mapping[str, Callable[[Sequence[Rows]], Rows]]] = {
    "product": _product,
    "sum": partial(_each, lambda *terms: plus(*(part for term in terms for part in _terms(term)))),
    "power": partial(_each, raised),
    "quotient": partial(_each, over),
    "hadamard": partial(_each, times),
    "transposed": lambda parts: tuple(zip(*parts[0], strict=True)),
    "summed": lambda parts: ((plus(*(entry for row in parts[0] for entry in row)),),),
    "softmax": _softmax,
}
