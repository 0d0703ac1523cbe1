"""How large an expression is, by walks that neither recurse nor build anything."""

from __future__ import annotations

from sympy import Add, Basic, Expr, Mul, Pow, Rational, exp

MAX_NODES = 1_500
MAX_DEPTH = 60
MAX_EXPONENT = 200
MAX_BITS = 4_000


def is_too_large(expr: Expr) -> bool:
    """Whether the expression is beyond what is tidied: too many nodes, too deep, or too long a number."""
    seen = 0
    waiting: list[tuple[Basic, int]] = [(expr, 1)]
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH or seen + len(waiting) > MAX_NODES:
            return True
        if isinstance(node, Rational) and max(abs(node.p), node.q).bit_length() > MAX_BITS:
            return True
        waiting.extend([(child, depth + 1) for child in node.args])
    return False


def size(expr: Basic) -> int:
    """The number of operations, as SymPy's count_ops counts them but for small change.

    >>> from sympy.abc import x
    >>> size(x**2 + 3*x), size(1/x), size(-x)
    (3, 1, 1)
    """
    total = 0
    waiting: list[Basic] = [expr]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Rational):
            total += (node.p < 0) + (node.q != 1)
        elif isinstance(node, Add):
            total += len(node.args) - 1
            waiting.extend(node.args)
            total -= min(len(node.args) - 1, sum(1 for term in node.args if _is_negative(term)))
        elif isinstance(node, Mul):
            total += _links(node)
            for part in node.args:
                if _is_reciprocal(part):
                    total += part.exp != -1
                    waiting.append(part.base)
                elif not isinstance(part, Rational):
                    waiting.append(part)
        elif isinstance(node, Pow):
            total += 1
            waiting.append(node.base)
            if node.exp not in (-1, 0.5):
                waiting.append(node.exp)
        elif isinstance(node, exp) or node.args:
            total += 1
            waiting.extend(node.args)
    return total


def _links(product: Mul) -> int:
    """The signs between the factors: times, one fraction bar, and a minus in front."""
    above = below = 0
    minus = False
    for part in product.args:
        if isinstance(part, Rational):
            above += abs(part.p) != 1
            below += part.q != 1
            minus = part.p < 0
        elif _is_reciprocal(part):
            below += 1
        else:
            above += 1
    return max(above - 1, 0) + below + minus


def _is_negative(term: Basic) -> bool:
    head = term.args[0] if isinstance(term, Mul) else term
    return isinstance(head, Rational) and head.p < 0


def _is_reciprocal(part: Basic) -> bool:
    return isinstance(part, Pow) and isinstance(part.exp, Rational) and part.exp.p < 0
