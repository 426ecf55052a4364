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
OWN_DASHES: tuple[tuple[float, ...], ...] = (
    (1.2, 1.6),
    (8, 2, 1.2, 2),
    (10, 3),
    (6, 1.5, 1.2, 1.5, 1.2, 1.5),
)
"""Dashes of the curves that bear their names: none is that of a forecast."""
OPACITIES = (0.16, 0.33, 0.5)
"""Opacity that one, two and three bands lying on each other come to. The steps are even to the eye in colour
and in grey, and a line of the same colour keeps 3:1 contrast with the darkest."""
TINT = OPACITIES[0]
"""Opacity of the outermost band."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one curve is drawn, in the picture and in its legend."""

    colour: str
    marker: str
    hatch: str
    dash: tuple[float, ...]


def looks(
    dashed: tuple[bool, ...],
    *,
    pair: bool = False,
    owners: tuple[int, ...] | None = None,
    labelled: tuple[bool, ...] = (),
) -> tuple[Look, ...]:
    """A look for each curve. With `pair`, a dashed curve takes the colour and marker of its solid partner,
    where there are as many dashed as solid ones (solid, dashed, solid, dashed ... or all solid ones
    first). owners: for each curve the number of its colour, where that is settled; labelled: which curves
    have dashes of their own."""
    if owners is None:
        owners = tuple(_partners(dashed) if pair else range(len(dashed)))
    named = [index for index, flag in enumerate(labelled) if flag]
    drawn: list[Look] = []
    for index, (owner, broken) in enumerate(zip(owners, dashed, strict=True)):
        place, round_ = owner % len(COLOURS), owner // len(COLOURS)
        # A ninth curve repeats the first colour; its dash keeps it apart.
        dash = DASHES[(round_ + broken) % len(DASHES)]
        if index in named:
            dash = OWN_DASHES[named.index(index) % len(OWN_DASHES)]
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
    """Opacity that `layers` bands lying on each other come to; each beyond the third takes a sixth of what is
    left."""
    known = OPACITIES[min(layers, len(OPACITIES)) - 1]
    return float(1 - (1 - known) * (1 - TINT) ** max(0, layers - len(OPACITIES)))


def layer(number: int) -> float:
    """Opacity of the band that is laid on `number` others so that all come to `tint`."""
    below = tint(number) if number else 0.0
    return float(1 - (1 - tint(number + 1)) / (1 - below))
