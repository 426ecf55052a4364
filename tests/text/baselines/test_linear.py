"""The linear baseline: every task it serves, its settings, hostile rows, and that it is kept whole."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.text.baselines.made import news, table

pytest.importorskip("sklearn")

from longwave.core.errors import BadInput, NotEnoughData
from longwave.text.baselines.baseline import load
from longwave.text.baselines.linear import Linear
from longwave.text.portable.reading import READERS
from longwave.text.table import TextTable


def right(found: list[dict], wanted: TextTable) -> float:
    return float(
        np.mean([row["label"] == label for row, label in zip(found, wanted.frame["label"], strict=True)])
    )


def test_it_tells_two_labels_apart_with_probabilities_that_sum_to_one(news_train, news_test):
    fitted = Linear().fit(news_train, seed=0)
    found = fitted.predict(news_test)
    assert right(found, news_test) > 0.95
    for row in found:
        assert set(row) == {"label", "probability", "scores"}
        assert list(row["scores"]) == ["down", "up"]
        assert sum(row["scores"].values()) == pytest.approx(1.0)
        assert row["probability"] == row["scores"][row["label"]]


def test_the_same_seed_gives_the_same_rows_and_a_kept_one_too(news_train, news_test, tmp_path: Path):
    first, second = (Linear().fit(news_train, seed=3) for _ in range(2))
    first.save(tmp_path)
    assert first.predict(news_test) == second.predict(news_test) == load(tmp_path).predict(news_test)
    assert load(tmp_path).settings == first.settings
    assert load(tmp_path).explain("sales fell") == first.explain("sales fell")


def test_it_explains_by_the_words_that_speak_for_the_label(news_train):
    fitted = Linear().fit(news_train, seed=0)
    features = {each["feature"].strip(): each["weight"] for each in fitted.explain("sales fell this year")}
    assert features["fell"] > 0
    assert max(features, key=lambda name: abs(features[name])) in {"fell", "sales fell", "fel", "ell"}


@pytest.mark.parametrize("name", ["vocabulary.json", "weights.safetensors", "baseline.json"])
def test_a_file_cut_short_is_refused(news_train, tmp_path: Path, name: str):
    Linear().fit(news_train, seed=0).save(tmp_path)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInput):
        load(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(BadInput):
        load(tmp_path)


def test_facts_that_someone_changed_are_refused(news_train, tmp_path: Path):
    Linear().fit(news_train, seed=0).save(tmp_path)
    facts = json.loads((tmp_path / "baseline.json").read_text("utf-8"))
    for name in ("temperature", "blocks", "labels"):
        changed = {**facts, "learnt": {key: value for key, value in facts["learnt"].items() if key != name}}
        (tmp_path / "baseline.json").write_text(json.dumps(changed), "utf-8")
        with pytest.raises(BadInput):
            load(tmp_path)


def test_one_label_or_no_word_at_all_is_refused():
    with pytest.raises(NotEnoughData):
        Linear().fit(table("classify", [{"text": "a b", "label": "x"}] * 5, ("x",)), seed=0)
    blank = [{"text": " ", "label": label} for label in "xy" * 5]
    with pytest.raises(NotEnoughData):
        Linear().fit(table("classify", blank, ("x", "y")), seed=0)
    with pytest.raises(NotEnoughData):
        Linear().fit(table("classify", blank, ("x", "y")).take([]), seed=0)


def test_hostile_rows_are_read_and_unseen_labels_have_no_probability(news_train):
    fitted = Linear().fit(table("classify", news(40, 0), ("down", "flat", "up")), seed=0)
    odd = ["", "\x00\ud800", "x" * 100_000, "ＳＡＬＥＳ　ｆｅｌｌ", "😀" * 50, "sales rose " * 5000]
    found = fitted.predict(table("classify", [{"text": text} for text in odd]))
    assert all(row["scores"]["flat"] == 0.0 for row in found)
    assert all(np.isfinite(row["probability"]) for row in found)
    assert fitted.predict(table("classify", [{"text": "x"}]).take([])) == []


def test_tiny_sets_with_labels_of_one_row_fit():
    rows = [{"text": f"word{k} thing", "label": f"l{k % 5}"} for k in range(7)]
    fitted = Linear().fit(table("classify", rows, tuple(f"l{k}" for k in range(5))), seed=0)
    assert len(fitted.predict(table("classify", rows))) == 7


def test_chinese_is_read_by_characters():
    rows = [
        {"text": f"{where}{what}", "label": label}
        for where in ("公司", "酒店", "行业", "市场", "去年", "本季")
        for what, label in (
            ("利润大幅增长", "好"),
            ("业绩创新高", "好"),
            ("亏损扩大", "差"),
            ("需求疲软", "差"),
        )
    ]
    fitted = Linear().fit(table("classify", rows, ("好", "差")), seed=0)
    found = fitted.predict(table("classify", [{"text": "集团利润增长"}, {"text": "集团亏损"}]))
    assert [row["label"] for row in found] == ["好", "差"]


def test_several_labels_have_thresholds_of_their_own():
    rng = np.random.default_rng(0)
    topics = {"rates": "interest rate rise", "jobs": "hiring and wages", "trade": "export tariff"}
    rows = []
    for _ in range(150):
        chosen = tuple(name for name in topics if rng.random() < 0.4)
        rows.append({"text": "news " + " ".join(topics[name] for name in chosen), "labels": chosen})
    whole = table("classify", rows, tuple(topics), several=True)
    found = Linear().fit(whole, seed=0).predict(whole)
    exact = np.mean(
        [set(row["labels"]) == set(true["labels"]) for row, true in zip(found, rows, strict=True)]
    )
    assert exact > 0.9
    assert set(found[0]) == {"labels", "scores"}


def test_an_ordinal_scale_stays_a_distribution_in_its_order():
    rng = np.random.default_rng(0)
    scale = ("low", "middle", "high")
    rows = []
    for _ in range(120):
        level = int(rng.integers(0, 3))
        rows.append(
            {
                "text": " ".join(rng.choice(["calm", "busy", "wild"], 6, p=np.eye(3)[level] * 0.6 + 0.4 / 3)),
                "label": scale[level],
            }
        )
    whole = table("classify", rows, scale, ordered=True)
    found = Linear().fit(whole, seed=0).predict(whole)
    assert right(found, whole) > 0.7
    assert all(sum(row["scores"].values()) == pytest.approx(1.0) for row in found)
    assert all(min(row["scores"].values()) >= 0.0 for row in found)


def test_relations_know_their_direction():
    rng = np.random.default_rng(0)
    names = ("Acme", "Nova", "Orion", "Vega", "Lyra", "Delta")
    rows = []
    for _ in range(160):
        one, two = rng.choice(names, 2, replace=False)
        text = f"Yesterday {one} bought {two} for cash"
        spots = [(text.index(name), text.index(name) + len(name)) for name in (one, two)]
        turned = bool(rng.random() < 0.5)
        head, tail = spots[::-1] if turned else spots
        label = "bought_by" if turned else "buys"
        rows.append(
            {
                "text": text,
                "head_start": head[0],
                "head_end": head[1],
                "tail_start": tail[0],
                "tail_end": tail[1],
                "label": label,
            }
        )
    whole = table("relations", rows, ("bought_by", "buys"))
    fitted = Linear().fit(whole.take(range(120)), seed=0)
    assert right(fitted.predict(whole.take(range(120, 160))), whole.take(range(120, 160))) == 1.0


def chinese_relations(rows: int) -> list[dict]:
    """What is said of the second company stands behind it, a long stretch after the first; whose it is varies."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(rows):
        one, two = rng.choice(("东方电力", "南海石油", "北山钢铁", "西湖药业", "中原航运"), 2, replace=False)
        deed, label = (("获收购要约", "收购"), ("遭正式起诉", "诉讼"), ("下周开会", "无"))[
            int(rng.integers(3))
        ]
        filler = "".join(rng.choice(list("据悉昨日当地有关方面通报称本年度该行业整体情况较为复杂"), 30))
        text = f"{one}公告{filler}，{two}{deed}，{filler}"
        head, tail = text.index(one), text.index(two)
        ends = {"head_end": head + 4, "tail_end": tail + 4}
        found.append({"text": text, "head_start": head, "tail_start": tail, **ends, "label": label})
    return found


def test_chinese_relations_are_read_beside_either_name():
    row = chinese_relations(1)[0]
    behind = row["text"][row["tail_end"] :][:4]
    assert {f"]2{behind[:3]}", f"]]2{behind}"} <= set(READERS["beside_runs"](row))
    turned = {**row, **{f"head_{end}": row[f"tail_{end}"] for end in ("start", "end")}}
    turned |= {f"tail_{end}": row[f"head_{end}"] for end in ("start", "end")}
    assert f">]]2{behind}" in READERS["beside_runs"](row)
    assert f"<]]2{behind}" in READERS["beside_runs"](turned)
    whole = table("relations", chinese_relations(200), ("收购", "无", "诉讼"))
    fitted = Linear().fit(whole.take(range(120)), seed=0)
    assert right(fitted.predict(whole.take(range(120, 200))), whole.take(range(120, 200))) > 0.9


def test_pairs_are_judged_by_what_they_share(tmp_path: Path):
    rng = np.random.default_rng(0)
    words = [f"w{k}" for k in range(60)]
    rows = []
    for _ in range(300):
        one = list(rng.choice(words, 6, replace=False))
        same = bool(rng.random() < 0.5)
        other = list(rng.permutation(one)) if same else list(rng.choice(words, 6, replace=False))
        rows.append({"text": " ".join(one), "other": " ".join(other), "label": "same" if same else "other"})
    whole = table("pairs", rows, ("other", "same"))
    fitted = Linear().fit(whole.take(range(200)), seed=0)
    test = whole.take(range(200, 300))
    assert right(fitted.predict(test), test) > 0.95
    fitted.save(tmp_path)
    assert load(tmp_path).predict(test) == fitted.predict(test)
    alike = next(row for row in rows if row["label"] == "same")
    assert "shared words" in {each["feature"] for each in fitted.explain(alike, most=100)}


def muddled(rows: int, seed: int) -> list[dict]:
    """Texts that bear one of many rare words for their label among words that say nothing, one label in five wrong."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(rows):
        label = int(rng.integers(3))
        told = label if rng.random() > 0.2 else int(rng.integers(3))
        words = [f"w{label}n{rng.integers(4000)}", *(f"fill{each}" for each in rng.integers(0, 300, 6))]
        found.append({"text": " ".join(rng.permutation(words)), "label": f"l{told}"})
    return found


@pytest.mark.parametrize("with_dev", [True, False])
def test_chances_are_those_of_the_model_that_learnt_from_all_rows(monkeypatch, with_dev):
    from longwave.text.baselines import heldout

    monkeypatch.setattr(heldout, "LARGEST", 1500)
    labels = ("l0", "l1", "l2")
    dev = table("classify", muddled(1500, 1), labels) if with_dev else None
    fitted = Linear().fit(table("classify", muddled(12_000, 0), labels), dev, seed=0)
    test = table("classify", muddled(4000, 2), labels)
    found = fitted.predict(test)
    sure = np.mean([row["probability"] for row in found])
    assert abs(sure - right(found, test)) < 0.03


def test_an_intent_is_out_of_scope_below_the_threshold_that_dev_shows():
    known = [
        {"text": f"please {verb} my {thing} now", "label": verb}
        for verb in ("pay", "close", "open")
        for thing in ("card", "account", "bill", "loan")
    ]
    outside = [
        {"text": f"{word} {word} weather mars", "label": "oos"} for word in ("zig", "zag", "zog", "zug")
    ]
    labels = ("close", "oos", "open", "pay")
    dev = table("intent", (known + outside * 3) * 5, labels)
    fitted = Linear().fit(table("intent", known * 3, labels), dev, seed=0)
    said = fitted.predict(table("intent", [{"text": "rain on mars"}, {"text": "pay my bill"}], labels))
    assert [row["label"] for row in said] == ["oos", "pay"]
    assert said[0]["in_scope"] < said[1]["in_scope"]
    assert fitted.settings["chosen_on"] == "folds of train" or fitted.settings["scope_threshold"] > 0
