"""A law, read from its card once and made ready to be matched and applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from stepcalc.errors import RuleError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import number_value, over, plus, raised, times
from stepcalc.notation.forms import ZERO, Form, letter_label, letters_of, make, postorder

EXPRESSION_LETTERS: Final = frozenset("fghuvw")
CONSTANT_LETTERS: Final = frozenset("abckmn")
VARIABLE: Final = "x"

Binding = Form | tuple[Form, ...]
Bindings = Mapping[str, Binding]
Derivatives = Mapping[str, Binding]
Builder = Callable[[Bindings, Derivatives], Form]
Template = Callable[[Bindings], Form]
Term = Callable[[Bindings, int, Form], Form]


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """One law of a card, compiled.

    Args:
        text: The law as the card has it.
        subject: What the law differentiates: the pattern between ``D(`` and ``)``.
        key: The head, or the function, that the subject starts with; laws are filed under it.
        template: The right-hand side, as a form in the law's letters.
        opens: The letters whose derivatives the right-hand side asks for, in reading order.
        read: Tells how the letters are to be read for the subject to be a given form.
        choose: Tells from the letters as read whether this law is the one to take.
        conditions: Make the relations that must hold for the law to hold.
        real: Makes the relation that says where the subject itself is real; ``None`` for everywhere.
        prefer: The name by which ``--prefer`` asks for this law.
        line: The line it stands on.
        build: Makes the right-hand side from bindings and derivatives.
        term: For a law that adds up over ``f...``, makes the term of one part from its derivative.
    """

    text: str
    subject: Form
    key: str
    template: Form
    opens: tuple[str, ...]
    read: Matcher
    choose: Callable[[Bindings], bool] | None
    conditions: tuple[Template, ...]
    real: Template | None
    prefer: str
    line: int
    build: Builder
    term: Term | None

    def match(self, form: Form, varies: Varies) -> dict[str, Binding] | None:
        """How the law's letters are to be read so that its subject is ``form``.

        Args:
            form: The expression to be differentiated.
            varies: Tells whether an expression depends on the variable.

        Returns:
            The bindings, or ``None`` where the law does not fit.
        """
        found = self.read(form, varies)
        if found is None or (self.choose is not None and not self.choose(found)):
            return None
        return found

    def instances(self, bindings: Bindings) -> tuple[Form, ...]:
        """The law's conditions with its letters bound."""
        return tuple([condition(bindings) for condition in self.conditions])


# ------------------------------------------------------------------------------------------------ matching


Varies = Callable[[Form], bool]
Matcher = Callable[[Form, Varies], dict[str, Binding] | None]
_MANY: Final = {"sum": "sum", "prod": "product"}


def _matcher(pattern: Form) -> Matcher:
    """What tells how a law's letters are to be read for the pattern to be a given form."""
    if pattern.head == "letter":
        name = pattern.name
        return lambda form, varies: {name: form} if _may_stand_for(name, form, varies) else None
    if pattern.head == "call" and pattern.label in _MANY:
        head, parts = _MANY[pattern.name], pattern.args[0].args[0].name
        return lambda form, _: {parts: form.args} if form.head == head else None
    if pattern.head == "product":
        return _multiple_matcher(pattern)
    return _structure_matcher(pattern)


def _structure_matcher(pattern: Form) -> Matcher:
    head, label, parts = pattern.head, pattern.label, pattern.args
    names = [part.name if part.head == "letter" else "" for part in parts]
    inner = [None if part.head == "letter" or not part.args else _structure_matcher(part) for part in parts]

    def match(form: Form, varies: Varies) -> dict[str, Binding] | None:
        if form.head != head or form.label != label or len(form.args) != len(parts):
            return None
        found: dict[str, Binding] = {}
        for name, part, within, arg in zip(names, parts, inner, form.args, strict=True):
            if within is not None:
                deeper = within(arg, varies)
                if deeper is None or any(
                    found.setdefault(key, one) is not one for key, one in deeper.items()
                ):
                    return None
            elif not name:
                if part is not arg:
                    return None
            elif not _may_stand_for(name, arg, varies) or found.setdefault(name, arg) is not arg:
                return None  # a letter that stands twice stands for one thing
        return found

    return match


def _may_stand_for(name: str, form: Form, varies: Varies) -> bool:
    if name in CONSTANT_LETTERS:
        return not varies(form)
    return name != VARIABLE or form.head == "letter"


def _multiple_matcher(pattern: Form) -> Matcher:
    """``c*f``: the factors that are free of the variable, and the others."""
    if len(pattern.args) != 2 or any(part.head != "letter" for part in pattern.args):
        return lambda *_: None
    constant, function = (part.name for part in pattern.args)

    def match(form: Form, varies: Varies) -> dict[str, Binding] | None:
        if form.head != "product":
            return None
        free = tuple([arg for arg in form.args if not varies(arg)])
        if not free or len(free) == len(form.args):
            return None
        rest = tuple([arg for arg in form.args if varies(arg)])
        return {constant: _product(free), function: _product(rest)}

    return match


def _product(factors: tuple[Form, ...]) -> Form:
    return factors[0] if len(factors) == 1 else make("product", None, factors)


def chooser(condition: Form) -> Callable[[Bindings], bool]:
    """What tells whether the ``if`` of a law is seen to hold, once its letters are bound."""
    if condition.head == "logic":
        parts = [chooser(part) for part in condition.args]
        if condition.label == "not":
            return lambda bindings: not parts[0](bindings)
        join = all if condition.label == "and" else any
        return lambda bindings: join(part(bindings) for part in parts)
    left, right = template_of(condition.args[0]), template_of(condition.args[1])
    if condition.label in ("in", "not in"):
        numbers, inside = condition.args[1].name, condition.label == "in"
        return lambda bindings: _belongs(left(bindings), numbers) is inside
    compare = _COMPARE[str(condition.label)]

    def holds(bindings: Bindings) -> bool:
        known, other = number_value(left(bindings)), number_value(right(bindings))
        return known is not None and other is not None and compare(known, other)

    return holds


_COMPARE: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _belongs(form: Form, numbers: str) -> bool:
    known = number_value(form)
    if known is not None:
        return SETS[numbers](known)
    if form.head == "letter":
        assumed = dict(letter_label(form)[1])
        return all(assumed.get(fact, False) for fact in _FACTS[numbers])
    return False


_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "naturals": ("integer", "positive"),
    "integers": ("integer",),
    "nonpositive_integers": ("integer", "nonpositive"),
    "rationals": ("rational",),
    "odd_integers": ("odd",),
    "odd_denominators": ("integer",),
}
"""What must be assumed of a letter for it to belong to a set."""

SETS: Final[Mapping[str, Callable[[Fraction], bool]]] = {
    "naturals": lambda q: q.denominator == 1 and q > 0,
    "integers": lambda q: q.denominator == 1,
    "nonpositive_integers": lambda q: q.denominator == 1 and q <= 0,
    "rationals": lambda q: True,
    "odd_integers": lambda q: q.denominator == 1 and q.numerator % 2 == 1,
    "odd_denominators": lambda q: q.denominator % 2 == 1,
}

# ------------------------------------------------------------------------------------------------ building


def single(bound: Binding) -> Form:
    """The expression that a letter is bound to."""
    assert not isinstance(bound, tuple)
    return bound


def several(bound: Binding) -> tuple[Form, ...]:
    """The expressions that a letter such as ``f...`` is bound to."""
    return bound if isinstance(bound, tuple) else (bound,)


def substitute(form: Form, bindings: Bindings) -> Form:
    """A form in a law's letters, with the letters bound and the smallest arithmetic done."""
    return _builder(form)(bindings, {})


def template_of(form: Form) -> Template:
    """A form in a law's letters as a function of what the letters are bound to."""
    build = _builder(form)
    return lambda bindings: build(bindings, {})


def _builder(node: Form) -> Builder:
    head, label = node.head, node.label
    if head == "letter":
        name = node.name
        # That one expression is bound where one stands is checked when the law is compiled, not at every use.
        return lambda bindings, _: bindings.get(name, node)  # type: ignore[return-value]
    if head == "goal":
        name = node.args[0].name
        return lambda _, derivatives: derivatives[name]  # type: ignore[return-value]
    if head == "call" and label in _MANY:
        return _many_builder(node)
    if not node.args:
        return lambda _, __: node
    parts = tuple(_builder(arg) for arg in node.args)
    combine = _LIGHT.get(head)
    if combine is not None:
        if len(parts) == 2:
            first, second = parts
            return lambda bindings, goals: combine(first(bindings, goals), second(bindings, goals))
        return lambda bindings, goals: combine(*(part(bindings, goals) for part in parts))
    if head == "call" and len(parts) == 1:
        only = parts[0]
        return lambda bindings, goals: make(head, label, (only(bindings, goals),))
    return lambda bindings, goals: make(head, label, tuple(part(bindings, goals) for part in parts))


_LIGHT: Final[Mapping[str, Callable[..., Form]]] = {
    "sum": plus,
    "product": times,
    "quotient": over,
    "power": raised,
}


_NEIGHBOURS: Final = ("before", "after", "others")
"""In a law for many factors: those before the one in hand, those after it, and all but it."""


def _many_builder(node: Form) -> Builder:
    """``sum(D(f)*prod(others)...)``: the inner template once for each part that ``f...`` was bound to."""
    join = plus if node.label == "sum" else times
    inner = node.args[0]
    if inner.head == "letter":  # prod(others), prod(before), prod(after)
        name = inner.name
        return lambda bindings, _: join(*several(bindings[name]))
    template = inner.args[0]
    names = {
        part.args[0].name if part.head == "goal" else part.name
        for part in postorder(template)
        if part.head in ("letter", "goal")
    }
    name = next(iter(names & EXPRESSION_LETTERS))
    term = _term_builder(template, name, bool(names & set(_NEIGHBOURS)))

    def every(bindings: Bindings, derivatives: Derivatives) -> Form:
        parts = bindings[name]
        opened = derivatives.get(name) or parts
        terms = []
        for place, derivative in enumerate(several(opened)):
            if derivative is not ZERO:
                terms.append(term(bindings, place, derivative))
        return join(*terms)

    return every


def _term_builder(template: Form, name: str, neighbours: bool) -> Term:
    """The inner template for one of the parts that ``f...`` was bound to, given that part's derivative."""
    build = _builder(template)

    def term(bindings: Bindings, place: int, derivative: Form) -> Form:
        parts = bindings[name]
        assert isinstance(parts, tuple)
        own: dict[str, Binding] = {**bindings, name: parts[place]}
        if neighbours:
            before, after = parts[:place], parts[place + 1 :]
            own |= {"before": before, "after": after, "others": before + after}
        return build(own, {name: derivative})

    return term


def _single_term(template: Form) -> Term | None:
    """The builder for one term of a law that is a sum over the parts of ``f...``; ``None`` for other laws."""
    if template.head != "call" or template.label != "sum" or template.args[0].label != "rest":
        return None
    inner = template.args[0].args[0]
    names = {
        part.args[0].name if part.head == "goal" else part.name
        for part in postorder(inner)
        if part.head in ("letter", "goal")
    }
    return _term_builder(inner, next(iter(names & EXPRESSION_LETTERS)), bool(names & set(_NEIGHBOURS)))


# ------------------------------------------------------------------------------------------------ compiling


def compile_law(
    text: str,
    equation: Form,
    choose: Form | None,
    conditions: tuple[Form, ...],
    real: Form | None,
    prefer: str,
    file: str,
    line: int,
) -> Law:
    """A law from its equation, once its shape is checked: a derivative on the left, linear on the right.

    Args:
        text: The law as written, for messages.
        equation: The law as a relation form.
        choose: The ``if`` of the card.
        conditions: Where it holds.
        real: Where what it differentiates is real.
        prefer: The name it is asked for by.
        file: Where the card is, for messages.
        line: Its line there.

    Returns:
        The law, ready to match.

    Raises:
        RuleError: The equation is not a law of differentiation.
    """

    def refuse(key: str, **parts: object) -> RuleError:
        return RuleError(say(key, law=text, file=file, line=line, **parts), code=key, text=file, start=line)

    if equation.head != "relation" or equation.label != "=" or equation.args[0].head != "goal":
        raise refuse("law-needs-derivative")
    left, right = equation.args
    subject = left.args[0]
    bound = letters_of(subject)
    neighbours = _NEIGHBOURS if any(node.label == "rest" for node in postorder(subject)) else ()
    loose = {node.name for node in _asked_for(right) - bound}.difference(neighbours)
    if loose:
        raise refuse("law-loose-letter", letter=min(loose))
    for part in filter(None, (choose, *conditions)):
        if letters_of(part) - bound:
            raise refuse("condition-loose-letter", letter=min(node.name for node in letters_of(part) - bound))
    if _misused(right, subject.args[0] if subject.label in _MANY else None):
        raise refuse("law-many-misused")
    goals = [node for node in _written_order(right) if node.head == "goal"]
    if any(node.args[0].head != "letter" for node in goals):
        raise refuse("law-goal-not-letter")
    if _degree(right) is None:
        raise refuse("law-not-linear")
    return Law(
        text=text,
        subject=subject,
        key=key_of(subject),
        template=right,
        opens=tuple(dict.fromkeys(node.args[0].name for node in goals)),
        read=_matcher(subject),
        choose=None if choose is None else chooser(choose),
        conditions=tuple(template_of(condition) for condition in conditions),
        real=None if real is None else template_of(real),
        prefer=prefer,
        line=line,
        build=_builder(right),
        term=_single_term(right),
    )


def _asked_for(right: Form) -> frozenset[Form]:
    """The letters that are written on a right-hand side: D(u) has the variable with it, unwritten."""
    stack, found = [right], set[Form]()
    while stack:
        node = stack.pop()
        if node.head == "letter":
            found.add(node)
        stack.extend(node.args[:1] if node.head == "goal" else node.args)
    return frozenset(found)


def _misused(right: Form, many: Form | None) -> bool:
    """Whether the right side has sum(...) or prod(...) of something else than ``f...``, or f by itself."""
    name = many.args[0].name if many is not None and many.label == "rest" else None
    stack = [(right, False)]
    while stack:
        node, inside = stack.pop()
        if node.head == "letter" and not inside and node.name in (name, *_NEIGHBOURS):
            return True
        if node.head == "call" and node.label in _MANY:
            inner = node.args[0]
            if inside and inner.head == "letter" and inner.name in _NEIGHBOURS:
                continue
            if inside or inner.label != "rest" or name not in {part.name for part in letters_of(inner)}:
                return True
            inside = True
        stack.extend((arg, inside) for arg in node.args)
    return False


def key_of(form: Form) -> str:
    """What laws for a form are filed under: its head, or for a call the function's name."""
    if form.head == "call":
        return _MANY.get(str(form.label), str(form.label))
    return form.head


def _written_order(form: Form) -> list[Form]:
    found, stack = [], [form]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(reversed(node.args))
    return found


def _degree(node: Form) -> int | None:
    """The degree in derivatives, 0 or 1; ``None`` where a form is not linear in them (0 has any degree)."""
    if node.head == "goal":
        return 1
    degrees = [_degree(arg) for arg in node.args]
    if any(degree is None for degree in degrees):
        return None
    if node.head == "sum" or (node.head == "call" and node.label in ("sum", "rest")):
        return degrees[0] if len(set(degrees)) == 1 else None
    total = sum(degree or 0 for degree in degrees)
    if node.head == "product" or node.label == "prod":
        return total if total < 2 else None
    if node.head == "quotient":
        return degrees[0] if degrees[1] == 0 else None
    return 0 if total == 0 else None
