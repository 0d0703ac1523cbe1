"""Forms to SymPy expressions and back: ``value`` evaluates, ``form_of`` puts in textbook order."""

from stepcalc.notation.values.evaluation import value
from stepcalc.notation.values.manner import manner_of
from stepcalc.notation.values.textbook import expression_of, form_of

__all__ = ["expression_of", "form_of", "manner_of", "value"]
