"""Engines that know no economics: expressions with exact partials, compiled kernels, orderings, solvers."""
