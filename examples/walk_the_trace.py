"""Walk the steps of a derivation: which rule, on what, with what result, and where it holds."""

import stepcalc
from stepcalc.notation.unicode import one_line
from stepcalc.trace.display import outcome, rewrite

derivation = stepcalc.diff("ln(x^2 + 1)/x")


def tell(step: stepcalc.Step, depth: int = 0) -> None:
    """Print a step and, further to the right, the substeps that it rests on."""
    names = ", ".join(rule.name for rule in step.rules)
    print(f"{'  ' * depth}{names}: {one_line(step.goal)} = {one_line(rewrite(step))}")
    for substep in step.substeps:
        tell(substep, depth + 1)
    if step.substeps:
        print(f"{'  ' * depth}so {one_line(step.goal)} = {one_line(outcome(step))}")


for stage in derivation.stages:
    tell(stage)

for condition in derivation.conditions:
    print("holds where", one_line(condition.relation))

# The whole derivation is data: it can be stored, sent and read back, and nothing in it is ever evaluated.
text = derivation.to_json()
again = stepcalc.Derivation.from_json(text)
print(f"{len(again.steps)} steps read back, {again.verify().status}")
