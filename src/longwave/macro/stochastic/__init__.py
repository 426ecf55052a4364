"""Stochastic simulation: how far the paths of a model may stray when its equations err as they erred before."""
