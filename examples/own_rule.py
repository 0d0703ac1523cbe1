"""Add a rule card of your own, prove it, and use it."""

from pathlib import Path

import stepcalc
from stepcalc.rulebook.proof import check

book = stepcalc.load_book([Path(__file__).with_name("swish.toml")])

# The card's law is tried at points inside its domain; a wrong sign would be found here, with file and line.
mistakes = [finding for finding in check(book) if finding.card == "swish"]
print("mistakes on the card:", mistakes)

print(stepcalc.diff("swish(3x)", rulebook=book))
