"""Which baselines serve which table, and the floors."""

from pathlib import Path

import pytest
from tests.text.baselines.made import news, table

pytest.importorskip("safetensors")

from longwave.core.message import LANGUAGES
from longwave.text.baselines.baseline import BASELINES, for_task, load
from longwave.text.baselines.written import is_unspaced
from longwave.text.portable.shapes import form
from longwave.text.portable.units import grams, units


def test_each_task_has_its_baselines_from_cheap_to_dear(news_train, people_train):
    assert for_task("classify", news_train) == ("majority", "linear", "lstm")
    assert for_task("entities", people_train) == ("majority", "frequent_tag", "linear_tagger", "lstm_tagger")
    assert for_task("translate", news_train) == ("copied",)
    assert for_task("no such task", news_train) == ()


def test_the_majority_is_the_most_frequent_label(tmp_path: Path):
    whole = table("classify", [*news(9, 0), *[{"text": "x", "label": "up"}] * 20], ("down", "up"))
    fitted = BASELINES.get("majority")().fit(whole, seed=0)
    row = fitted.predict(whole)[0]
    assert row["label"] == "up"
    assert row["probability"] == pytest.approx((whole.frame["label"] == "up").mean())
    fitted.save(tmp_path)
    assert load(tmp_path).predict(whole) == fitted.predict(whole)


def test_progress_speaks_both_languages(news_train):
    said = []
    BASELINES.get("linear")().fit(news_train, seed=0, progress=lambda *told: said.append(told))
    assert all(message.text(lang) for message, _, _ in said for lang in LANGUAGES)
    assert all(0 <= done <= total for _, done, total in said)


def test_units_are_words_or_characters():
    assert units("ＡＢＣ's 2.5% 利润 up!") == ["abc's", "2", ".", "5", "%", "利", "润", "up", "!"]
    assert units("हिन्दी भाषा") == ["हिन्दी", "भाषा"]
    assert is_unspaced(["公司利润增长"])
    assert not is_unspaced(["profit 增"])
    assert grams(["a", "b", "c"], 1, 2) == ["a", "b", "c", "a b", "b c"]
    assert form("McDonald's-2019") == "XxXxxx'x-999"
