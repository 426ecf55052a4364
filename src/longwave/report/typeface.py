"""Typefaces: how wide a text is, which characters a face holds, and the part of the Chinese face that one
page needs.

Two faces are always there: DejaVu Sans, which comes with matplotlib, and the bundled Chinese one. Charts are
laid out with them; a page in English shows the reader's own system face, which is narrower than DejaVu, so
nothing is cut. A page with Chinese carries the characters it uses inside itself.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont

from longwave.core.message import Language

BUNDLED = Path(__file__).parent / "fonts" / "LongwaveSansSC-Regular.otf"
FAMILY = "Longwave Sans SC"
FIRST_CHINESE = 0x2E80
"""Where the East Asian part of Unicode begins; below it an English page trusts the reader's system."""


@dataclass(frozen=True, eq=False)
class Typeface:
    """A font file and the width of each of its characters, in units of which `em` make the type size."""

    path: Path
    em: int
    widths: Mapping[str, int]

    def holds(self, text: str) -> bool:
        return all(character in self.widths for character in text)

    def width(self, text: str, size: float) -> float:
        """Width of `text` set in `size`, in the same unit. A character that the face lacks counts as one
        em."""
        return sum(self.widths.get(character, self.em) for character in text) * size / self.em


@cache
def load(path: Path) -> Typeface:
    """A typeface from its file."""
    with TTFont(path, lazy=True) as font:
        metrics = font["hmtx"].metrics
        widths = {chr(code): metrics[glyph][0] for code, glyph in font.getBestCmap().items()}
        return Typeface(path, font["head"].unitsPerEm, widths)


def latin() -> Typeface:
    """DejaVu Sans as matplotlib ships it."""
    return load(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")


def chinese() -> Typeface:
    """The bundled Chinese typeface."""
    return load(BUNDLED)


def typeface_for(text: str, lang: Language) -> Typeface:
    """The face to lay out a chart with: one face a chart, so that its figures match."""
    return latin() if lang == "en" and latin().holds(text) else chinese()


def stand_ins(text: str, face: Typeface) -> dict[str, str]:
    """For each character that `face` lacks, another of its own that `text` does not use: drawn in its place,
    so that the chart is laid out without a missing glyph, and put back afterwards for the reader's system to
    show."""
    strange = sorted(set(text) - face.widths.keys())
    spare = [character for character in sorted(face.widths, reverse=True) if character not in text]
    letters = [character for character in spare if character.isalpha() and not character.isascii()]
    return dict(zip(strange, letters, strict=False))


def outside(text: str, lang: Language) -> tuple[str, ...]:
    """Characters of a page that the bundled face should show and cannot, in order: the reader's system shows
    them."""
    held = chinese().widths
    return tuple(c for c in sorted(set(text)) if c not in held and not c.isspace() and _ours(c, lang))


def embedded(text: str, lang: Language) -> str:
    """The part of the bundled face that `text` needs, as WOFF in base64; empty when it needs none."""
    needed = sorted(c for c in set(text) if c in chinese().widths and _ours(c, lang))
    return base64.b64encode(_cut("".join(needed))).decode("ascii") if needed else ""


def _ours(character: str, lang: Language) -> bool:
    return lang == "zh" or ord(character) >= FIRST_CHINESE


def _cut(characters: str) -> bytes:
    options = subset.Options()
    options.layout_features = []
    options.notdef_outline = True
    options.flavor = "woff"
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    written = io.BytesIO()
    with TTFont(BUNDLED, recalcTimestamp=False, lazy=True) as font:
        cutter.subset(font)
        font.flavor = "woff"
        font.save(written)
    return written.getvalue()
