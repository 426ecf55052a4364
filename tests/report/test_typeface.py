"""The bundled typeface: what it holds, whence it is, and what of it goes into a page."""

import base64
import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from longwave.core.message import catalogue
from longwave.report.fonts import make
from longwave.report.typeface import BUNDLED, chinese, embedded, latin, outside, stand_ins, typeface_for

NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def test_it_holds_gb2312_whole() -> None:
    assert len(make.gb2312()) == 7445
    assert sum("\u4e00" <= c <= "\u9fff" for c in make.gb2312()) == 6763
    assert make.gb2312() <= set(chinese().widths) and set("〇—“”…−×≤≥±αβ%éü") <= set(chinese().widths)


def test_it_holds_every_character_that_longwave_says_in_chinese() -> None:
    said = {key: set(texts["zh"]) - set(chinese().widths) - set("\n") for key, texts in catalogue().items()}
    assert {key: lost for key, lost in said.items() if lost} == {}


def test_it_names_its_makers_and_its_licence() -> None:
    with TTFont(BUNDLED) as font:
        names = {number: font["name"].getDebugName(number) for number in (0, 1, 13, 14)}
    assert "Adobe" in names[0] and names[1] == "Longwave Sans SC" and "SIL Open Font License" in names[13]
    licence = Path(__file__).parents[2] / "LICENSES" / "OFL-1.1-NotoSansCJK.txt"
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text("utf-8")
    assert "reserved font name" not in names[0].lower()


@pytest.mark.slow
def test_it_can_be_made_again(tmp_path: Path) -> None:
    if not NOTO.exists():
        pytest.skip("Noto Sans CJK is not installed here")
    make.make(NOTO, tmp_path / "again.otf")
    with TTFont(tmp_path / "again.otf") as again, TTFont(BUNDLED) as bundled:
        assert again.getBestCmap() == bundled.getBestCmap()
        assert again["hmtx"].metrics == bundled["hmtx"].metrics


def test_digits_are_as_wide_as_each_other() -> None:
    assert len({chinese().widths[digit] for digit in "0123456789"}) == 1


def test_width_by_hand() -> None:
    assert chinese().width("经济", 10) == 20 and chinese().width("𠮷", 10) == 10
    assert latin().width("00", 2048) == 2 * latin().widths["0"]


def test_which_face() -> None:
    assert typeface_for("GDP €", "en") is latin() and typeface_for("GDP", "zh") is chinese()
    assert typeface_for("中国 GDP", "en") is chinese()


def test_stand_ins_are_the_faces_own_and_not_in_use() -> None:
    text = "龘𠮷 is 龙"
    swaps = stand_ins(text, chinese())
    assert set(swaps) == {"龘", "𠮷"} and len(set(swaps.values())) == 2
    assert chinese().holds("".join(swaps.values())) and not set(swaps.values()) & set(text)


def test_the_embedded_part_holds_what_is_asked_and_nothing_else() -> None:
    for text, lang, held in (("长波 GDP", "zh", "长波 GDP"), ("长波 GDP", "en", "长波"), ("GDP", "en", "")):
        woff = embedded(text, lang)
        found = set(map(chr, TTFont(io.BytesIO(base64.b64decode(woff))).getBestCmap())) if woff else set()
        assert found == set(held)
    assert embedded("长波", "zh") == embedded("波长长", "zh") and len(embedded("长波", "zh")) < 4000


def test_what_the_face_lacks_is_named() -> None:
    assert outside("龘 a中\n", "zh") == ("龘",)
    assert outside("š 😀 ", "en") == ("😀",) and outside("š", "zh") == ("š",)
