"""A change of a score as people read it: of a share in points of a hundred, of another unit (kappa, steps) as it is."""

from __future__ import annotations

from longwave.core.message import Message, say


def number(change: float, unit: str, places: int = 1, *, signed: bool = True) -> str:
    """With its sign, which nought and next to nought do not have. places: of points; others have two more."""
    scale, digits = (100, places) if unit == "share" else (1, places + 2)
    written = f"{scale * change:+.{digits}f}"
    bare = not signed or not written.strip("+-0.")
    return written.lstrip("+-") if bare else written


def points(change: float, unit: str, places: int = 1, *, signed: bool = True) -> Message | str:
    """The number, and of a share that it is points."""
    told = number(change, unit, places, signed=signed)
    return say("text_score.points", gap=told) if unit == "share" else told
