"""Networks with numbers: gradients against autograd, training by seed, and what can be wrong with data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stepcalc
from stepcalc.errors import LimitError, UsageError
from stepcalc.render.plots.data import HeightMap
from stepcalc.render.training import picture
from tests.calculus.other_gradients import by_autograd, by_torch, difference, random_network


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("seed", range(60))
def test_gradients_of_random_networks_agree_with_autograd(seed: int) -> None:
    pytest.importorskip("autograd")
    net, x, y = random_network(seed)
    assert difference(net, x, y, by_autograd(net, x, y)) <= 1e-10


def test_gradients_agree_with_pytorch_where_it_is_installed() -> None:
    pytest.importorskip("torch")
    for seed in range(1000, 1020):
        net, x, y = random_network(seed)
        assert difference(net, x, y, by_torch(net, x, y)) <= 1e-10, seed


def test_numbers_put_into_the_derivation_are_the_compiled_gradient() -> None:
    """The answer is the trace: the entries of the derivation and the compiled formulas are the same numbers."""
    net = stepcalc.network([2, 3, 2], "tanh,sigmoid", seed=5)
    x, y = np.array([[0.3, -0.7]]), np.array([[0.2, 0.9]])
    values = {f"a^(0)_{k + 1}": x[0, k] for k in range(2)} | {f"y_{k + 1}": y[0, k] for k in range(2)}
    a = x[0][:, None]
    for layer in (1, 2):
        w, b = net.weights[f"W{layer}"], net.weights[f"b{layer}"]
        z = w @ a + b
        a = np.tanh(z) if layer == 1 else 1 / (1 + np.exp(-z))
        values |= {
            f"W^({layer})_{i + 1}{j + 1}": w[i, j] for i in range(w.shape[0]) for j in range(w.shape[1])
        }
        values |= {f"a^({layer})_{i + 1}": a[i, 0] for i in range(len(a))}
    expression = net.derivation.result
    found = [float(entry.subs({s: values[s.name] for s in entry.free_symbols})) for entry in expression]
    compiled = np.concatenate([value.ravel() for value in net.gradient(x, y).values()])
    assert np.allclose(found, compiled, rtol=1e-12, atol=1e-14)


def test_relu_takes_nought_at_its_corner() -> None:
    net = stepcalc.network([1, 1], "relu", seed=0)
    flat = net.with_parameters([np.array([[1.0]]), np.array([[0.0]])])
    assert flat.gradient([[0.0]], [[1.0]])["b1"].tolist() == [[0.0]]
    assert flat.gradient([[1.0]], [[0.0]])["b1"].tolist() == [[2.0]]


# ------------------------------------------------------------------------------------------------ training

X = np.linspace(-2, 2, 21)[:, None]
Y = np.sin(X)


def test_training_makes_the_cost_small_and_is_the_same_by_seed() -> None:
    first, second = (
        stepcalc.network([1, 4, 1], "tanh,linear", seed=7).train(X, Y, rate=0.1, epochs=600, batch=7)
        for _ in range(2)
    )
    assert first.costs == second.costs
    assert first.costs[-1] < 0.02 * first.costs[0]
    assert stepcalc.network([1, 4, 1], "tanh,linear", seed=8).train(X, Y, epochs=5).costs != first.costs[:6]


def test_a_full_step_is_minus_rate_times_the_gradient() -> None:
    net = stepcalc.network([1, 3, 1], "tanh", seed=2)
    trained = net.train(X, Y, rate=0.25, epochs=1).network
    for name, slope in net.gradient(X, Y).items():
        assert np.allclose(trained.weights[name], net.weights[name] - 0.25 * slope, rtol=1e-13, atol=1e-15)


def test_every_cost_of_the_table_is_that_of_the_weights_then() -> None:
    net = stepcalc.network([1, 3, 1], "tanh,linear", seed=2)
    found = net.train(X, Y, rate=0.1, epochs=5)
    assert found.costs[0] == pytest.approx(net.cost(X, Y), rel=1e-14)
    for epoch in range(1, 6):
        again = net.train(X, Y, rate=0.1, epochs=epoch).network
        direct = float(((again.predict(X) - Y) ** 2).sum(axis=1).mean())
        assert found.costs[epoch] == pytest.approx(direct, rel=1e-12)


def at_fifty_digits(net: stepcalc.Network, x: Any, y: Any, rate: float, epochs: int) -> list[float]:
    """The costs of plain gradient descent on a tanh, linear network with one input and output, by loops."""
    import mpmath

    with mpmath.workdps(50):
        w, b, v, c = ([mpmath.mpf(float(each)) for each in value.ravel()] for value in net.parameters)
        data = [(mpmath.mpf(float(left)), mpmath.mpf(float(right))) for left, right in zip(x, y, strict=True)]
        costs = []
        for _ in range(epochs + 1):
            cost = mpmath.mpf(0)
            slopes = [[mpmath.mpf(0)] * len(each) for each in (w, b, v, c)]
            for left, right in data:
                hidden = [mpmath.tanh(w[j] * left + b[j]) for j in range(len(w))]
                miss = sum(v[j] * hidden[j] for j in range(len(v))) + c[0] - right
                cost += miss**2
                for j in range(len(w)):
                    bent = 2 * miss * v[j] * (1 - hidden[j] ** 2)
                    slopes[0][j] += bent * left
                    slopes[1][j] += bent
                    slopes[2][j] += 2 * miss * hidden[j]
                slopes[3][0] += 2 * miss
            costs.append(float(cost / len(data)))
            for own, slope in zip((w, b, v, c), slopes, strict=True):
                for j in range(len(own)):
                    own[j] -= mpmath.mpf(rate) * slope[j] / len(data)
    return costs


def test_every_row_of_the_table_at_high_precision() -> None:
    net = stepcalc.network([1, 3, 1], "tanh,linear", seed=2)
    found = net.train(X, Y, rate=0.1, epochs=20)
    wanted = at_fifty_digits(net, X[:, 0], Y[:, 0], 0.1, 20)
    assert found.costs == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("layers", "names"), [([1, 2, 1], "tanh"), ([2, 3, 3], "relu,softmax"), ([3, 1], "silu")]
)
def test_an_example_in_numbers_agrees_with_differences(layers: list[int], names: str) -> None:
    net = stepcalc.network(layers, names, seed=6)
    target = [0.0, 1.0, 0.0][: layers[-1]]
    found = net.worked([0.5, -0.3, 0.8][: layers[0]], target)
    for name, slope in found.gradient.items():
        assert found.differences[name] == pytest.approx(slope, abs=1e-8)
    assert found.cost == pytest.approx(net.cost([[0.5, -0.3, 0.8][: layers[0]]], [target]), rel=1e-14)
    assert found.verify()
    assert "by central differences" in str(found)


def test_an_example_takes_as_many_numbers_as_there_are_units() -> None:
    with pytest.raises(UsageError) as raised:
        stepcalc.network([2, 1]).worked([0.5], [1.0])
    assert raised.value.code == "network-columns"


def test_training_leaves_the_network_as_it_was() -> None:
    net = stepcalc.network([1, 3, 1], seed=2)
    before = [value.copy() for value in net.parameters]
    net.train(X, Y, epochs=3)
    assert all((old == new).all() for old, new in zip(before, net.parameters, strict=True))


def test_classes_are_learnt_from_numbers_and_from_columns() -> None:
    chance = np.random.default_rng(3)
    centres = np.array([[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]])
    labels = np.repeat([0, 1, 2], 20)
    points = centres[labels] + 0.4 * chance.normal(size=(60, 2))
    net = stepcalc.network([2, 6, 3], "tanh,softmax", seed=1)
    found = net.train(points, labels, rate=0.5, epochs=200)
    assert (found.predict(points).argmax(axis=1) == labels).all()
    assert found.predict(points).sum(axis=1) == pytest.approx(1)
    assert net.train(points, np.eye(3)[labels], rate=0.5, epochs=200).costs == found.costs
    assert "60 of 60 examples" in str(found)


def test_diverging_training_stops_and_says_what_to_do() -> None:
    found = stepcalc.network([1, 20, 1], "tanh,linear", seed=0).train(X, Y, rate=20.0, epochs=500)
    assert found.epochs < 500
    assert "rate" in found.failure and "2" in found.failure
    assert found.failure in " ".join(str(found).split())


def test_targets_that_are_out_of_reach_are_said_to_be() -> None:
    found = stepcalc.network([1, 2, 1], "tanh", seed=0).train(X, 3 * Y, epochs=2)
    assert any("tanh,linear" in note for note in found.notes)


def test_training_tells_its_numbers_as_data() -> None:
    import json

    found = stepcalc.network([1, 2, 1], "tanh,linear", seed=0).train(X, Y, epochs=3)
    data = json.loads(found.to_json())["training"]
    assert data["costs"] == list(found.costs)
    assert np.array(data["weights"]["W1"]).shape == (2, 1)
    assert found.verify()


def test_columns_of_a_table_are_inputs_then_targets(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in zip(X[:, 0], Y[:, 0], strict=True)))
    net = stepcalc.network([1, 2, 1], "tanh,linear", seed=1)
    from_file = net.train(file, epochs=4)
    assert from_file.costs == pytest.approx(net.train(X, Y, epochs=4).costs, rel=1e-12)
    assert net.train({"x": X[:, 0], "y": Y[:, 0]}, epochs=4).costs == pytest.approx(
        from_file.costs, rel=1e-12
    )
    assert from_file.names == ("x", "y")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x,y,z\n1,2,3\n", "network-table"),
        ("x\n1\n", "network-table"),
        ("x,y\n", "network-empty"),
        ("x,y\n1,\n", "fit-missing"),
        ("x,y\n1,NaN\n", "fit-missing"),
        ("x,y\n1,two\n", "fit-not-number"),
        ("x,y\n1,2\n3\n", "fit-cells"),
        ("", "fit-file-empty"),
    ],
)
def test_bad_data_are_said_to_be(text: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text(text)
    with pytest.raises(UsageError) as raised:
        stepcalc.network([1, 2, 1]).train(file)
    assert raised.value.code == code


def test_classes_may_be_given_by_name(tmp_path: Path) -> None:
    numbers, names = tmp_path / "numbers.csv", tmp_path / "names.csv"
    chance = np.random.default_rng(5)
    points = chance.normal(size=(12, 2))
    for file, labels in ((numbers, ("1", "0", "2")), (names, ("green", "blue", "red"))):
        rows = "".join(f"{x},{y},{labels[place % 3]}\n" for place, (x, y) in enumerate(points))
        file.write_text("x1,x2,colour\n" + rows)
    net = stepcalc.network([2, 3, 3], "tanh,softmax", seed=1)
    by_name = net.train(names, epochs=5)
    assert by_name.costs == net.train(numbers, epochs=5).costs
    assert by_name.notes == ("Classes by name: 0 blue, 1 green, 2 red.",)
    with pytest.raises(UsageError) as raised:
        stepcalc.network([2, 3, 2], "tanh,softmax").train(names)
    assert raised.value.code == "network-class-names" and "blue, green, red" in str(raised.value)


def test_how_a_file_was_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "commas.csv"
    file.write_text("x;y\n1,5;2\n2,5;3,5\n")
    found = stepcalc.network([1, 2, 1]).train(file, epochs=1)
    assert found.inputs.tolist() == [[1.5], [2.5]] and any("commas" in note for note in found.notes)


CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize(
    ("layers", "names", "targets", "points"),
    [
        ([2, 3, 1], "tanh,sigmoid", [[0.0], [1.0], [1.0], [0.0]], ["open", "datum", "datum", "open"]),
        ([2, 3, 2], "tanh,softmax", [0, 1, 1, 0], ["open", "datum", "datum", "open"]),
        ([2, 3, 3], "tanh,softmax", [0, 1, 2, 0], ["datum"] * 4),
    ],
)
def test_two_inputs_are_seen_on_a_map(layers: Any, names: str, targets: Any, points: list[str]) -> None:
    found = stepcalc.network(layers, names, seed=2).train(CORNERS, targets, rate=0.5, epochs=30)
    (drawn,) = picture(found).panels
    assert isinstance(drawn, HeightMap)
    assert [mark.kind for mark in drawn.marks] == points
    place = np.array([[drawn.x[10], drawn.y[50]]])
    outputs = found.predict(place)[0]
    assert drawn.heights[50, 10] == pytest.approx(outputs[-1] if layers[-1] < 3 else outputs.max(), rel=1e-12)
    assert picture(found, on="0,1,0,2").panels[0].y[-1] == 2  # type: ignore[union-attr]


def test_inputs_of_very_different_sizes_are_on_no_map() -> None:
    found = stepcalc.network([2, 2, 1], seed=2).train(
        CORNERS * [1, 100], [[0.0], [1.0], [1.0], [0.0]], epochs=3
    )
    assert not isinstance(picture(found).panels[0], HeightMap)


def test_an_activation_without_a_value_is_said_to_have_none() -> None:
    found = stepcalc.network([1, 3, 1], "log,linear").train(X, Y, epochs=5)
    assert found.epochs == 0 and "log" in found.failure and "no value" in found.failure
    assert "no value" in " ".join(str(found).split())


def test_very_large_numbers_are_powers_of_ten() -> None:
    found = stepcalc.network([1, 3, 1], "exp,linear", seed=0).train(X, Y, rate=5.0, epochs=5)
    text = str(found)
    assert "×10" in found.failure and "e+" not in text
    assert all(len(line) <= 100 for line in text.splitlines()) and "× 1," not in text


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"data": X, "targets": Y[:-1]}, "network-examples"),
        ({"data": np.hstack([X, X]), "targets": Y}, "network-columns"),
        ({"data": X, "targets": np.hstack([Y, Y])}, "network-columns"),
        ({"data": [["a"]], "targets": [[1.0]]}, "network-not-numbers"),
        ({"data": [[1.0], [np.nan]], "targets": [[1.0], [1.0]]}, "network-not-finite"),
        ({"data": X, "targets": Y, "rate": 0.0}, "rate-wrong"),
        ({"data": X, "targets": Y, "rate": float("nan")}, "rate-wrong"),
        ({"data": X, "targets": Y, "epochs": 0}, "epochs-wrong"),
        ({"data": X, "targets": Y, "batch": 0}, "batch-wrong"),
    ],
)
def test_what_training_cannot_take_is_said(given: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as raised:
        stepcalc.network([1, 2, 1]).train(**given)
    assert raised.value.code == code


def test_shares_must_add_up_and_classes_must_be_there() -> None:
    net = stepcalc.network([1, 3], "softmax")
    for targets, code in (([[0.5, 0.2, 0.2]], "network-not-shares"), ([3], "network-classes")):
        with pytest.raises(UsageError) as raised:
            net.train([[1.0]], targets)
        assert raised.value.code == code


def test_networks_beyond_the_limit_are_refused() -> None:
    with pytest.raises(LimitError):
        stepcalc.network([500, 500, 1])
