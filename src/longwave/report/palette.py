"""What tells curves apart: a colour, and always a second thing beside it (marker, dash or hatch).

The colours keep at least 3:1 contrast with white (WCAG 2.2, 1.4.11) and differ in lightness as well as in
hue, so that they stay apart for readers with any of the common kinds of colour blindness, and in a grey
print.
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1c2733"
QUIET = "#566270"
RULE = "#dde2e8"
COLOURS = ("#0b4f8a", "#c8501e", "#1f8a70", "#b077b0", "#4a2540", "#6b1d0d", "#4c8ae6", "#8a8f98")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")
HATCHES = ("", "////", "----", "\\\\\\\\", "xxxx", "||||", "++++")
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2.5), (1.5, 2), (7, 2, 1.5, 2))
TINT = 0.17
"""Opacity of one band; bands of one curve lie on each other, so the inner ones come out darker."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one curve is drawn, in the picture and in its legend."""

    colour: str
    marker: str
    hatch: str
    dash: tuple[float, ...]


def looks(dashed: tuple[bool, ...], *, pair: bool = False) -> tuple[Look, ...]:
    """A look for each curve. With `pair`, a dashed curve takes the colour and marker of its solid partner,
    where there are as many dashed as solid ones (solid, dashed, solid, dashed ... or all solid ones
    first)."""
    owners = _partners(dashed) if pair else list(range(len(dashed)))
    drawn: list[Look] = []
    for index, (owner, broken) in enumerate(zip(owners, dashed, strict=True)):
        place, round_ = owner % len(COLOURS), owner // len(COLOURS)
        # A ninth curve repeats the first colour; its dash keeps it apart.
        dash = DASHES[(round_ + broken) % len(DASHES)]
        drawn.append(
            Look(
                COLOURS[place], MARKERS[(place + round_) % len(MARKERS)], HATCHES[index % len(HATCHES)], dash
            )
        )
    return tuple(drawn)


def _partners(dashed: tuple[bool, ...]) -> list[int]:
    solid = [index for index, broken in enumerate(dashed) if not broken]
    broken = [index for index, flag in enumerate(dashed) if flag]
    if len(solid) != len(broken):
        return list(range(len(dashed)))
    rank = {index: place for order in (solid, broken) for place, index in enumerate(order)}
    alternating = all(dashed[index] == bool(index % 2) for index in range(len(dashed)))
    blocks = dashed == (False,) * len(solid) + (True,) * len(broken)
    return (
        [rank[index] for index in range(len(dashed))] if alternating or blocks else list(range(len(dashed)))
    )


def tint(layers: int) -> float:
    """Opacity that `layers` bands lying on each other come to."""
    return float(1 - (1 - TINT) ** layers)
