"""Sheets of worked examples: problems given by hand or made by topic and level, laid out and keyed."""
