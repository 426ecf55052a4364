"""Productivity: what an hour of work and a bundle of inputs yield, how far from the frontier, and since when less."""
