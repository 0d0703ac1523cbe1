"""Limits: the rules that answer them, which whoever checks a step replays; which one to take is not decided here."""
