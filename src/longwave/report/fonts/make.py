"""How the bundled Chinese typeface was made: a part of Noto Sans CJK SC, renamed, without layout tables.

Run once when Noto releases a new version, never at render time::

    python -m longwave.report.fonts.make /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

The characters are those of GB 2312 (6,763 Chinese characters and its signs, Greek and Cyrillic letters) with
the Latin letters, punctuation, arrows and mathematical signs that tables of figures use. Hinting and the
layout tables are dropped: nothing in a page uses them, and they more than double the size. The result is a
modified version under the SIL Open Font License 1.1, so it bears a name of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Longwave Sans SC"
TARGET = Path(__file__).with_name("LongwaveSansSC-Regular.otf")
SIMPLIFIED_CHINESE = 2
"""Place of the Simplified Chinese face in Noto's collection; the faces differ in the shapes of shared
characters."""
BEYOND_GB2312 = (
    (0x20, 0x7F),  # ASCII
    (0xA0, 0x180),  # Latin with accents, as in Türkiye or Curaçao
    (0x370, 0x3D0),  # Greek
    (0x2010, 0x2050),  # dashes, quotation marks, ellipsis, per mille
    (0x2070, 0x2090),  # raised and lowered digits
    (0x20A0, 0x20C0),  # currencies
    (0x2100, 0x2130),  # letter-like signs
    (0x2190, 0x21A0),  # arrows
    (0x2200, 0x2270),  # mathematics
    (0x3007, 0x3008),  # the Chinese zero of written dates, which GB 2312 lacks
)
_KEPT_NAMES = (0, 1, 2, 3, 4, 5, 6, 7, 13, 14)
"""Copyright, trademark and licence stay in the font itself, as the licence asks."""
_DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx"]


def gb2312() -> set[str]:
    """Every character that GB 2312 encodes in two bytes: 6,763 Chinese ones and 682 signs and letters."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {pair.decode("gb2312", "ignore") for pair in pairs} - {""}


def characters() -> str:
    """All characters asked of Noto, in order."""
    others = {chr(code) for first, end in BEYOND_GB2312 for code in range(first, end)}
    return "".join(sorted(gb2312() | others))


def make(collection: Path, target: Path = TARGET) -> None:
    """Writes the typeface from Noto's collection (.ttc). Same collection, same fontTools: same bytes."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    options.name_IDs = list(_KEPT_NAMES)
    options.drop_tables += _DROPPED
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters())
    with TTFont(collection, fontNumber=SIMPLIFIED_CHINESE, recalcTimestamp=False, lazy=True) as font:
        cutter.subset(font)
        _rename(font)
        font.save(target)


def _rename(font: TTFont) -> None:
    compact = FAMILY.replace(" ", "")
    ours = {1: FAMILY, 3: f"{compact}-Regular", 4: FAMILY, 6: f"{compact}-Regular"}
    font["name"].names = [record for record in font["name"].names if record.langID == 0x409]
    for number, text in ours.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["CFF "].cff.fontNames = [ours[6]]
    top = font["CFF "].cff.topDictIndex[0]
    top.FullName, top.FamilyName = FAMILY, FAMILY


if __name__ == "__main__":
    make(Path(sys.argv[1]))
