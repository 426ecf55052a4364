"""Measures: pure functions of a panel that say what happened in one dimension, with intervals, or why they cannot."""
