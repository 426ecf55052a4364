"""Two- and three-stage least squares of a system (Theil 1953; Zellner and Theil 1962; Jorgenson and Laffont 1974).

Two-stage least squares treats each equation alone; the third stage weighs the moments of all equations by the inverse of
their covariance, with Sigma from the second stage, divisor n. Iterated, Sigma is that of its own errors; this is not
maximum likelihood (Dhrymes 1973).
"""

from __future__ import annotations

from longwave.macro.estimate.instruments import Instruments
from longwave.macro.estimate.stages import Stage, first_stage, weighted_stage
from longwave.macro.estimate.system_design import SystemDesign


def two_stage(design: SystemDesign, instruments: Instruments) -> Stage:
    """Two-stage least squares of every equation."""
    return first_stage(design, instruments.bases)


def three_stage(design: SystemDesign, instruments: Instruments, *, iterate: bool) -> Stage:
    """3SLS, or iterated to its fixed point."""
    return weighted_stage(design, instruments.bases, two_stage(design, instruments), iterate=iterate)
