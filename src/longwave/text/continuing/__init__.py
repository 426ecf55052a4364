"""Continual learning: what a model goes on from, what it takes over and what it forgets."""
