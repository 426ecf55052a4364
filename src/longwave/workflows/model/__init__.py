"""Models as verbs: check, show, solve, estimate, simulate, irf, optimise, convert."""
