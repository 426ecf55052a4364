"""Diffusion curves: logistic, Gompertz, Bass and others, compared, with a guard for what cannot be identified."""
