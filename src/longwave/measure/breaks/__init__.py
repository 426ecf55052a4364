"""Structural breaks in a regression: tests, number, dates and their intervals, and "no break" as an answer."""
