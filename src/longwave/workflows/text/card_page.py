"""The page of a model's card: how it scored beside its floors, where it is weak, what it learnt from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from longwave.core.message import Message, Names, Value, say
from longwave.report.document import Band, Chart, Curve, Document, Section, Table
from longwave.report.wording import MISSING
from longwave.text.checkpoints.card import TUNED
from longwave.text.score.metric import title
from longwave.text.score.points import number, points
from longwave.text.task import TASKS

Card = Mapping[str, Any]
_MOST_ROWS = 40


def document(card: Card) -> Document:
    """The page, in no language yet. card: of card.json."""
    task = TASKS.get(str(card["task"])).names
    return Document(
        title=say("text_page.title", task=task),
        lead=lead(card),
        headlines=tuple(headlines(card)),
        sections=tuple(
            each for each in (_scores(card), _weak(card), _data(card), _made(card)) if each is not None
        ),
        origins={},
        caveats=tuple(_caveats(card)),
    )


def lead(card: Card) -> Message:
    """What was learnt from, by what; a method may learn from fewer rows than there are, or from none."""
    rows = card["data"]["rows"]
    counts = {"train": card.get("rows_learnt", rows["train"]), "dev": rows["dev"], "test": rows["test"]}
    made = {"base": str(card["base"]["name"]), "recipe": str(card["recipe"]["name"])}
    if _chooses(card):
        return say("text_page.lead_chosen", **counts, **made)
    return say("text_page.lead", **counts, **made, method=str(card["recipe"]["method"]))


_LEARNT_NOTHING = ("majority", "frequent_tag", "copied", "lead", "commonest_reply")
"""Floors that nobody would use in a model's place: who is below them has learnt nothing."""


def _against(each: Mapping[str, Any], card: Card) -> Message:
    """The model beside a simpler one; without an interval where all draws agree, which few rows may do by chance."""
    key = {"a": "better", "b": "worse"}.get(each["better"], "no_different")
    unit, floor = _unit(each, card), model_name(each["against"], card)
    if not number(each["difference"], unit).strip("0."):
        key = "no_different"  # better or worse by less than is told
    gap = points(each["difference"], unit, signed=key == "no_different")
    bare = each["interval"]["low"] == each["interval"]["high"]
    if key == "worse" and each["against"] in _LEARNT_NOTHING:
        key = "worse_than_nothing"
    return say(
        f"text_page.{key}_bare" if bare else f"text_page.{key}", floor=floor, gap=gap, **_ends(each, unit)
    )


def headlines(card: Card) -> Iterable[Message]:
    """The findings: the headline score, the floors, leaks, weak slices, and what must be known before it is used."""
    mine, clean = (
        next((each for each in headline_rows(card, rows) if each["model"] == TUNED), None)
        for rows in ("test", "clean")
    )
    if mine is not None:
        yield _with_interval("headline", mine, metric=names(mine), n=mine["n"])
        if told(mine["value"], mine["unit"]) == told(0.0, "share") and not (
            _chooses(card) or _describes(card)
        ):
            yield say("text_page.learnt_nothing")
    yield from (_against(each, card) for each in card["differences"])
    if clean is not None:
        left_out = card["data"]["rows"]["test"] - card["data"]["clean_test"]
        yield _with_interval("clean", clean, count=left_out)
    elif card["data"].get("clean_test") == 0:
        yield say("text_page.none_clean", count=card["data"]["rows"]["test"])
    flagged = _flagged(card)
    if flagged:
        yield say(
            "text_page.weak_slices",
            slices=tuple(
                say(
                    "text_page.slice",
                    by=parted_by(str(each["by"]), str(card["task"])),
                    part=part_name(str(each["by"]), str(each["slice"])),
                )
                for each in flagged
            ),
        )
    if _describes(card):
        described = card["recipe"].get("descriptions")
        yield say("text_page.described_by_file") if described else say("text_page.described_by_names")
    for note in card["notes"]:
        if str(note.get("key", "")) in _MUST_KNOW:
            yield say("text_page.plain", text=Names(note["en"], note["zh"]))


def _with_interval(key: str, row: Mapping[str, Any], **blanks: Value) -> Message:
    """A sentence of a score; another, which says so, where it has no interval."""
    value = told(row["value"], row["unit"])
    if span(row) == MISSING:
        return say(f"text_page.{key}_bare", value=value, **blanks)
    return say(f"text_page.{key}", value=value, **_span(row), **blanks)


def _flagged(card: Card) -> list[Mapping[str, Any]]:
    """Parts that stand out: some of each sort, since there may be many labels."""
    found = [each for each in card["slices"] if each.get("flagged")]
    labels = [each for each in found if each["by"] == "label"]
    return [each for each in found if each["by"] != "label"][:5] + labels[:5]


_MUST_KNOW = ("text_generation.unread", "text_generation.unread_chinese")
"""Notes without which a reader would trust the model too much."""


def _unit(gap: Mapping[str, Any], card: Card) -> str:
    """Of a difference between scores, by the score where it does not say."""
    known = {str(each["metric"]): str(each["unit"]) for each in card["scores"]}
    return str(gap.get("unit") or known.get(str(gap.get("name")), "share"))


def headline_rows(card: Card, rows: str) -> list[Mapping[str, Any]]:
    return [each for each in card["scores"] if each["headline"] and each["rows"] == rows]


def names(row: Mapping[str, Any]) -> Names:
    return Names(str(row["en"]), str(row["zh"]))


def model_name(model: str, card: Card) -> Message:
    """What a model of the table is, as this corpus makes it: words are characters where nothing parts them."""
    if model == "linear" and _in_characters(card):
        return say("text_page.model_linear_characters")
    if model == TUNED and _chooses(card):
        return say("text_page.model_chosen")
    if model == TUNED and _describes(card):
        return say("text_page.model_described")
    if model == TUNED and str(card["recipe"]["method"]) == "frozen":
        return say("text_page.model_frozen")
    return say(f"text_page.model_{model}")


def _chooses(card: Card) -> bool:
    """Whether the model has no weights of its own: it chooses sentences of the text."""
    return card.get("family") == "extract" and not card["learning_parameters"]


def _describes(card: Card) -> bool:
    """Whether labels are known by their descriptions alone."""
    return str(card["recipe"]["method"]) == "zero_shot"


def _in_characters(card: Card) -> bool:
    found = next((each for each in card["data"]["findings"] if each["kind"] == "languages"), None)
    return found is not None and found["share"] > 0.5


def told(value: float | None, unit: str) -> str:
    """A score as people read it: a share in per cent."""
    if value is None or math.isnan(value):
        return MISSING
    return f"{100 * value:.1f}%" if unit == "share" else f"{value:.3f}"


def _span(row: Mapping[str, Any]) -> dict[str, Value]:
    return {"low": told(row["low"], row["unit"]), "high": told(row["high"], row["unit"])}


def _ends(gap: Mapping[str, Any], unit: str) -> dict[str, Value]:
    return {end: number(gap["interval"][end], unit) for end in ("low", "high")}


def _scores(card: Card) -> Section:
    shown = headline_rows(card, "test")
    return Section(
        key="scores",
        title=say("text_page.section_scores"),
        paragraphs=(say("text_page.scores_text"), *_both(card["judge_notes"])),
        charts=(_chart(shown, card),) if len(shown) > 1 else (),
        tables=(
            _score_table(card, "test"),
            *([_score_table(card, "clean")] if headline_rows(card, "clean") else []),
        ),
    )


def _chart(shown: Sequence[Mapping[str, Any]], card: Card) -> Chart:
    index = [_both_names(model_name(each["model"], card)) for each in shown]
    value, low, high = (
        pd.Series([each[key] for each in shown], index=pd.Index(index, dtype=object), dtype=float)
        for key in ("value", "low", "high")
    )
    best = max(shown, key=lambda each: -math.inf if each["value"] is None else each["value"])
    unit = str(shown[0]["unit"])
    return Chart(
        key="floors",
        kind="bars",
        title=say("text_page.chart_title", metric=names(shown[0])),
        unit=say(f"text_page.unit_{unit}") if unit in _UNITS else say("text_page.unit_number"),
        summary=say(
            "text_page.chart_summary",
            best=model_name(best["model"], card),
            value=told(best["value"], unit),
        ),
        curves=(Curve(names(shown[0]), value),),
        bands=(Band(low, high, 0.95),),
        sources=(),
        percent=unit == "share",
        decimals=1 if unit == "share" else 3,
        entries=say("text_page.col_model"),
    )


_UNITS = ("share", "steps", "nats")


def _both_names(message: Message) -> Names:
    return Names(message.text("en"), message.text("zh"))


def _score_table(card: Card, rows: str) -> Table:
    """A score a line, a model a column; where there is one model, its interval and rows have columns of their own."""
    mine = [each for each in card["scores"] if each["rows"] == rows]
    metrics = list(dict.fromkeys(each["metric"] for each in mine))
    # The model itself first: on a narrow screen the last columns are the ones out of sight.
    models = sorted(dict.fromkeys(each["model"] for each in mine), key=lambda model: model != TUNED)
    cells = {(each["metric"], each["model"]): each for each in mine}
    n = card["data"]["rows"]["test"] if rows == "test" else card["data"]["clean_test"]
    caption = say(f"text_page.table_{rows}", n=n)
    if len(models) == 1:
        header = ("metric", "score", "interval", "rows")
        lines: tuple[tuple[Value, ...], ...] = tuple(
            (names(each), told(each["value"], each["unit"]), span(each), int(each["n"])) for each in mine
        )
        columns = tuple(say(f"text_page.col_{name}") for name in header)
        return Table(key=f"scores-{rows}", caption=caption, header=columns, rows=lines)
    body: tuple[tuple[Value, ...], ...] = tuple(
        (
            names(next(each for each in mine if each["metric"] == metric)),
            *(_cell(cells.get((metric, model))) for model in models),
        )
        for metric in metrics
    )
    return Table(
        key=f"scores-{rows}",
        caption=caption,
        header=(say("text_page.col_metric"), *(model_name(model, card) for model in models)),
        rows=body,
    )


def _cell(row: Mapping[str, Any] | None) -> Message | str:
    if row is None or row["value"] is None:
        return MISSING
    return say("text_page.cell", value=told(row["value"], row["unit"]), range=span(row))


def span(row: Mapping[str, Any]) -> Message | str:
    """An interval as people read it. row: low, high and the unit of both."""
    if any(end is None or math.isnan(end) for end in (row["low"], row["high"])):
        return MISSING
    return say("text_page.range", low=told(row["low"], row["unit"]), high=told(row["high"], row["unit"]))


def _weak(card: Card) -> Section | None:
    tables = [
        table
        for table in (
            _slice_table(card), _robust_table(card), _label_table(card), _confusion(card), _reliability(card),
        )
        if table is not None
    ]  # fmt: skip
    if not tables:
        return None
    return Section(
        key="weak",
        title=say("text_page.section_weak"),
        paragraphs=tuple(_both(card["slice_notes"])),
        tables=tuple(tables),
    )


def _slice_table(card: Card) -> Table | None:
    """Labels have a table of their own, which says more of them; where they have none, those of a few rows say nothing."""
    by_label = _label_table(card) is not None
    shown = [each for each in card["slices"] if each["by"] != "label" or not (by_label or each["few"])]
    if not shown:
        return None
    metric, task = card.get("slice_metric"), str(card["task"])
    unit = next((each["unit"] for each in card["scores"] if each["metric"] == metric), "share")
    body: tuple[tuple[Value, ...], ...] = tuple(
        (
            parted_by(str(each["by"]), task), part_name(str(each["by"]), str(each["slice"])), int(each["n"]),
            told(each["value"], unit), span({**each, "unit": unit}), told(each["rest"], unit),
            _remark(each),
        )
        for each in shown[:_MOST_ROWS]
    )  # fmt: skip
    score = next((names(each) for each in card["scores"] if each["metric"] == metric), None)
    header: tuple[Value, ...] = (
        say("text_page.col_by"), say("text_page.col_slice"), say("text_page.col_rows"),
        score or say("text_page.col_score"), say("text_page.col_interval"), say("text_page.col_rest"),
        say("text_page.col_remark"),
    )  # fmt: skip
    if not any(each["flagged"] or each["few"] for each in shown[:_MOST_ROWS]):
        header, body = header[:-1], tuple(row[:-1] for row in body)
    return Table(key="slices", caption=say("text_page.table_slices"), header=header, rows=body)


def _remark(part: Mapping[str, Any]) -> Message:
    """Whether a part is told apart from the rest."""
    return say(f"text_page.{'stands_out' if part['flagged'] else 'few' if part['few'] else 'alike'}")


def parted_by(by: str, task: str) -> Message | str:
    """What rows were parted by: one of ours in words, a user's column as it is called."""
    if by == "length":
        return say(f"text_page.by_length_{'tokens' if task == 'entities' else 'characters'}")
    return say(f"text_page.by_{by}") if by in ("date", "source", "language", "script", "label") else by


def part_name(by: str, part: str) -> Message | str:
    """Which part of them."""
    if by == "length":
        grouped = re.sub(r"\d+", lambda found: f"{int(found[0]):,}", part)
        return grouped.replace("<=", "≤").replace(" - ", "–")
    return say(f"text_page.script_{part}") if by == "script" and part in _SCRIPTS else part


_SCRIPTS = ("han", "latin", "kana", "hangul", "cyrillic", "arabic", "greek", "devanagari", "other")


def _robust_table(card: Card) -> Table | None:
    if not card["robustness"]:
        return None
    first = card["robustness"][0]
    unit = _unit(first, card)
    body = tuple(
        (
            say(f"text_page.kind_{each['kind']}"),
            int(each["rows_changed"]) if "rows_changed" in each else MISSING,
            told(each["b"], unit),
            told(each["a"], unit),
            number(each["difference"], unit),
            say("text_page.range", **_ends(each, unit)),
        )
        for each in card["robustness"]
    )
    gap = "gap" if unit == "share" else "change"
    drawn = "_drawn" if first["rows"] < card["data"]["rows"]["test"] else ""
    header = tuple(
        say(f"text_page.col_{name}")
        for name in ("kind", "rows_changed", "as_written", "changed", gap, "interval")
    )
    return Table(
        key="robustness",
        caption=say(
            f"text_page.table_robustness{drawn}", metric=title(str(first["name"])), rows=first["rows"]
        ),
        header=header,
        rows=body,
    )


def _label_table(card: Card) -> Table | None:
    """Of each label how often it was rightly told, and how often what is there was found."""
    rows = card["tables"].get("labels")
    if not rows or not {"label", "precision", "recall", "f1", "f1_low", "f1_high", "support"} <= set(rows[0]):
        return None
    marked = card["task"] == "entities"
    caption = say("text_page.table_kinds") if marked else say("text_page.table_labels")
    if len(rows) > _MOST_LABELS:
        caption = say("text_page.table_weak_labels", shown=_WEAKEST, count=len(rows))
        rows = sorted(rows, key=lambda each: math.inf if each["f1"] is None else each["f1"])[:_WEAKEST]
    parts = {str(each["slice"]): each for each in card["slices"] if each["by"] == "label"}
    body: tuple[tuple[Value, ...], ...] = tuple(
        (
            str(each["label"]), int(each["support"]), told(each["precision"], "share"),
            told(each["recall"], "share"), told(each["f1"], "share"),
            span({"low": each["f1_low"], "high": each["f1_high"], "unit": "share"}),
            _remark(parts[str(each["label"])]) if str(each["label"]) in parts else "",
        )
        for each in rows
    )  # fmt: skip
    counted = "entities" if marked else "rows"
    header = tuple(
        say(f"text_page.col_{name}")
        for name in ("label", counted, "precision", "recall", "f1", "interval_f1", "remark")
    )
    if not any(parts.get(str(each["label"]), {}).get("flagged") for each in rows):
        header, body = header[:-1], tuple(row[:-1] for row in body)
    return Table(key="labels", caption=caption, header=header, rows=body)


_MOST_LABELS = 30
"""Labels that are all shown; of more the weakest."""
_WEAKEST = 15


def _confusion(card: Card) -> Table | None:
    """A few labels as a square; of many the pairs that were taken for each other most often."""
    rows = card["tables"].get("confusion")
    if not rows:
        return None
    first, *labels = list(rows[0])
    if len(labels) <= _SQUARE:
        return Table(
            key="confusion",
            caption=say("text_page.table_confusion"),
            header=(say("text_page.col_truth_and_told"), *labels),
            rows=tuple((str(row[first]), *(int(row[label] or 0) for label in labels)) for row in rows),
        )
    there = {str(row[first]): sum(int(row[label] or 0) for label in labels) for row in rows}
    pairs = [
        (int(row[label] or 0), str(row[first]), label)
        for row in rows
        for label in labels
        if label != row[first] and row[label]
    ]
    body = tuple(
        (truth, said, count, told(count / there[truth], "share"))
        for count, truth, said in sorted(pairs, key=lambda each: (-each[0], there[each[1]]))[:_PAIRS]
    )
    header = tuple(say(f"text_page.col_{name}") for name in ("truth", "told", "rows", "of_truth"))
    caption = say("text_page.table_confused")
    return Table(key="confusion", caption=caption, header=header, rows=body) if body else None


_SQUARE = 8
"""Labels of which a square still fits the page."""
_PAIRS = 15


def _reliability(card: Card) -> Table | None:
    rows = card["tables"].get("reliability")
    if not rows:
        return None
    body = tuple(
        (
            say("text_page.range", low=f"{100 * each['from']:.0f}%", high=f"{100 * each['to']:.0f}%"), int(each["rows"]),
            told(each["probability"], "share"), told(each["right"], "share"),
            span({**each, "unit": "share"}),
        )
        for each in rows
    )  # fmt: skip
    header = tuple(
        say(f"text_page.col_{name}")
        for name in ("probability", "rows", "mean_probability", "right", "interval")
    )
    return Table(key="reliability", caption=say("text_page.table_reliability"), header=header, rows=body)


def _data(card: Card) -> Section:
    found = card["data"]["findings"]
    body = tuple(
        (say(f"text_page.severity_{each['severity']}"), Names(each["en"], each["zh"])) for each in found
    ) + tuple(
        (say("text_page.severity_done"), Names(note["en"], note["zh"])) for note in card["data"]["notes"]
    )
    header = (say("text_page.col_severity"), say("text_page.col_finding"))
    return Section(
        key="data",
        title=say("text_page.section_data"),
        tables=(Table(key="findings", caption=say("text_page.table_findings"), header=header, rows=body),)
        if body
        else (),
    )


def _made(card: Card) -> Section:
    recipe = card["recipe"]
    shown = ["seed"] if _chooses(card) else ["method", "max_length", "seed"]
    if card["history"]:
        shown += ["num_train_epochs", "learning_rate", "per_device_train_batch_size"]
    settings = tuple(
        (
            say(f"text_page.row_{key}"),
            f"{recipe[key]:g}" if isinstance(recipe[key], float) else str(recipe[key]),
        )
        for key in shown
        if recipe[key] not in ("", 0)
    )
    base = ((say("text_page.row_base"), str(card["base"]["name"])),)
    machine: tuple[tuple[Value, ...], ...] = (
        (say("text_page.row_processor"), str(card["machine"]["processor"])),
        (say("text_page.row_seconds"), f"{card['seconds']:.0f}"),
    )
    if card["parameters"]:
        machine += (
            (say("text_page.row_parameters"), f"{card['parameters']:,}"),
            (say("text_page.row_learning"), f"{card['learning_parameters']:,}"),
        )
    packages = tuple((name, number) for name, number in card["packages"].items() if number)
    header = (say("text_page.col_setting"), say("text_page.col_value"))
    return Section(
        key="made",
        title=say("text_page.section_made"),
        paragraphs=tuple(_both(each for each in card["notes"] if each.get("key") not in _MUST_KNOW)),
        tables=(
            Table(
                key="settings",
                caption=say("text_page.table_settings"),
                header=header,
                rows=(*base, *settings, *machine, *packages),
            ),
            *_trials(card),
        ),
    )


def _trials(card: Card) -> Iterable[Table]:
    """What a search for settings tried, the best first."""
    tried = card.get("search", {}).get("trials", ())
    if not tried:
        return
    ranked = sorted(tried, key=lambda each: (each["score"] is None, -(each["score"] or 0.0)))
    body = tuple(
        (
            int(each["number"]) + 1,
            MISSING if each["score"] is None else f"{each['score']:.4f}",
            say(f"text_more.trial_{each['state']}"),
            f"{each['seconds']:.0f}",
            ", ".join(f"{key} {_short(value)}" for key, value in each["settings"].items()),
        )
        for each in ranked[:_MOST_ROWS]
    )
    header = tuple(
        say(f"text_more.col_{name}") for name in ("trial", "on_dev", "state", "seconds", "settings")
    )
    yield Table(
        key="trials", caption=say("text_more.table_trials", count=len(tried)), header=header, rows=body
    )


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _caveats(card: Card) -> Iterable[Message]:
    yield say("text_page.caveat_transfer")
    if card["data"]["rows"]["test"] < 200:
        yield say("text_page.caveat_small", n=card["data"]["rows"]["test"])


def _both(notes: Iterable[Mapping[str, str]]) -> list[Message]:
    return [say("text_page.plain", text=Names(each["en"], each["zh"])) for each in notes]
