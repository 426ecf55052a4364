"""Equation by equation, and seemingly unrelated regressions (Zellner 1962), without instruments.

Ordinary least squares minimises the plain sum of squares of all equations, which without restrictions across them is
each equation on its own; generalised least squares weighs errors by the inverse of their covariance Sigma, estimated
with divisor n from the step before; iterated until Sigma no longer changes it is maximum likelihood for normal errors
where nothing on the right side is endogenous.
"""

from __future__ import annotations

from longwave.macro.estimate.stages import Stage, first_stage, weighted_stage
from longwave.macro.estimate.system_design import SystemDesign


def ordinary(design: SystemDesign) -> Stage:
    """Least squares of every equation."""
    return first_stage(design, ())


def seemingly_unrelated(design: SystemDesign, *, iterate: bool) -> Stage:
    """SUR in two steps, or iterated to its fixed point."""
    return weighted_stage(design, (), ordinary(design), iterate=iterate)
