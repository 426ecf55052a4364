"""The page of a model's card: how it scored beside its floors, where it is weak, what it learnt from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from longwave.core.message import Message, Names, Value, say
from longwave.report.document import Band, Chart, Curve, Document, Section, Table
from longwave.text.card import TUNED
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
    """What was learnt from, by what."""
    rows = card["data"]["rows"]
    return say(
        "text_page.lead", train=rows["train"], dev=rows["dev"], test=rows["test"], base=str(card["base"]["name"]),
        recipe=str(card["recipe"]["name"]), method=str(card["recipe"]["method"]),
    )  # fmt: skip


def headlines(card: Card) -> Iterable[Message]:
    """The findings: the headline score, the floors, leaks, weak slices."""
    mine = next((each for each in headline_rows(card, "test") if each["model"] == TUNED), None)
    if mine is not None:
        yield say(
            "text_page.headline",
            metric=names(mine),
            value=told(mine["value"], mine["unit"]),
            **_span(mine),
            n=mine["n"],
        )
    for each in card["differences"]:
        key = {"a": "better", "b": "worse"}.get(each["better"], "no_different")
        yield say(
            f"text_page.{key}",
            floor=model_name(each["against"]),
            gap=f"{100 * each['difference']:+.1f}",
            **_points(each),
        )
    clean = next((each for each in headline_rows(card, "clean") if each["model"] == TUNED), None)
    if clean is not None:
        left_out = card["data"]["rows"]["test"] - clean["n"]
        yield say(
            "text_page.clean", count=left_out, value=told(clean["value"], clean["unit"]), **_span(clean)
        )
    flagged = [each for each in card["slices"] if each.get("flagged") and each["by"] != "label"]
    if flagged:
        yield say(
            "text_page.weak_slices", slices=tuple(f"{each['by']}: {each['slice']}" for each in flagged[:5])
        )


def headline_rows(card: Card, rows: str) -> list[Mapping[str, Any]]:
    return [each for each in card["scores"] if each["headline"] and each["rows"] == rows]


def names(row: Mapping[str, Any]) -> Names:
    return Names(str(row["en"]), str(row["zh"]))


def model_name(model: str) -> Message:
    return say(f"text_page.model_{model}")


def told(value: float | None, unit: str) -> str:
    """A score as people read it: a share in per cent."""
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if unit == "share" else f"{value:.3f}"


def _span(row: Mapping[str, Any]) -> dict[str, Value]:
    return {"low": told(row["low"], row["unit"]), "high": told(row["high"], row["unit"])}


def _points(each: Mapping[str, Any]) -> dict[str, Value]:
    low, high = each["interval"]["low"], each["interval"]["high"]
    return {"low": f"{100 * low:+.1f}", "high": f"{100 * high:+.1f}"}


def _scores(card: Card) -> Section:
    shown = headline_rows(card, "test")
    index = [model_name(each["model"]).text("en") for each in shown]
    return Section(
        key="scores",
        title=say("text_page.section_scores"),
        paragraphs=(say("text_page.scores_text"), *_both(card["judge_notes"])),
        charts=(_chart(shown, index),) if shown else (),
        tables=(
            _score_table(card, "test"),
            *([_score_table(card, "clean")] if headline_rows(card, "clean") else []),
        ),
    )


def _chart(shown: Sequence[Mapping[str, Any]], index: Sequence[str]) -> Chart:
    value, low, high = (
        pd.Series([each[key] for each in shown], index=list(index), dtype=float)
        for key in ("value", "low", "high")
    )
    best = max(shown, key=lambda each: each["value"])
    return Chart(
        key="floors",
        kind="bars",
        title=say("text_page.chart_title", metric=names(shown[0])),
        unit=names_message(shown[0]),
        summary=say(
            "text_page.chart_summary", best=model_name(best["model"]), value=told(best["value"], best["unit"])
        ),
        curves=(Curve(names(shown[0]), value),),
        bands=(Band(low, high, 0.95),),
        sources=(),
        percent=shown[0]["unit"] == "share",
        decimals=1,
        entries=say("text_page.col_model"),
    )


def names_message(row: Mapping[str, Any]) -> Message:
    return say("text_page.plain", text=names(row))


def _score_table(card: Card, rows: str) -> Table:
    mine = [each for each in card["scores"] if each["rows"] == rows]
    metrics = list(dict.fromkeys(each["metric"] for each in mine))
    models = list(dict.fromkeys(each["model"] for each in mine))
    cells = {(each["metric"], each["model"]): each for each in mine}
    body: tuple[tuple[Value, ...], ...] = tuple(
        (
            names(next(each for each in mine if each["metric"] == metric)),
            *(_cell(cells.get((metric, model))) for model in models),
        )
        for metric in metrics
    )
    n = next(each["n"] for each in mine)
    return Table(
        key=f"scores-{rows}",
        caption=say(f"text_page.table_{rows}", n=n),
        header=(say("text_page.col_metric"), *(model_name(model) for model in models)),
        rows=body,
    )


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None or row["value"] is None:
        return "–"
    return f"{told(row['value'], row['unit'])} ({told(row['low'], row['unit'])} … {told(row['high'], row['unit'])})"


def _weak(card: Card) -> Section | None:
    tables = [
        table
        for table in (_slice_table(card), _robust_table(card), _confusion(card), _calibration(card))
        if table is not None
    ]
    if not tables:
        return None
    return Section(
        key="weak",
        title=say("text_page.section_weak"),
        paragraphs=tuple(_both(card["slice_notes"])),
        tables=tuple(tables),
    )


def _slice_table(card: Card) -> Table | None:
    if not card["slices"]:
        return None
    body: tuple[tuple[Value, ...], ...] = tuple(
        (
            str(each["by"]), str(each["slice"]), int(each["n"]), told(each["value"], "share"),
            f"{told(each['low'], 'share')} … {told(each['high'], 'share')}", told(each["rest"], "share"),
            say("text_page.stands_out") if each["flagged"] else say("text_page.few") if each["few"] else "",
        )
        for each in card["slices"][:_MOST_ROWS]
    )  # fmt: skip
    header = tuple(
        say(f"text_page.col_{name}")
        for name in ("by", "slice", "rows", "score", "interval", "rest", "remark")
    )
    return Table(key="slices", caption=say("text_page.table_slices"), header=header, rows=body)


def _robust_table(card: Card) -> Table | None:
    if not card["robustness"]:
        return None
    body = tuple(
        (
            say(f"text_page.kind_{each['kind']}"),
            told(each["b"], "share"),
            told(each["a"], "share"),
            f"{100 * each['difference']:+.1f}",
            "{low} … {high}".format(**_points(each)),
        )
        for each in card["robustness"]
    )
    header = tuple(
        say(f"text_page.col_{name}") for name in ("kind", "as_written", "changed", "gap", "interval")
    )
    return Table(
        key="robustness",
        caption=say("text_page.table_robustness", rows=card["robustness"][0]["rows"]),
        header=header,
        rows=body,
    )


def _confusion(card: Card) -> Table | None:
    return _plain_table(card, "confusion")


def _calibration(card: Card) -> Table | None:
    return _plain_table(card, "reliability")


def _plain_table(card: Card, key: str) -> Table | None:
    rows = card["tables"].get(key)
    if not rows or len(rows[0]) > _MOST_ROWS:
        return None
    header = tuple(str(name) for name in rows[0])
    body = tuple(tuple(_written(value) for value in row.values()) for row in rows[:_MOST_ROWS])
    return Table(key=key, caption=say(f"text_page.table_{key}"), header=header, rows=body)


def _written(value: Any) -> Value:
    if value is None:
        return "–"
    return (
        f"{value:.3f}"
        if isinstance(value, float) and value % 1
        else int(value)
        if isinstance(value, float)
        else str(value)
        if not isinstance(value, int)
        else value
    )


def _data(card: Card) -> Section:
    found = card["data"]["findings"]
    body = tuple(
        (say(f"text_page.severity_{each['severity']}"), Names(each["en"], each["zh"])) for each in found
    )
    header = (say("text_page.col_severity"), say("text_page.col_finding"))
    return Section(
        key="data",
        title=say("text_page.section_data"),
        paragraphs=tuple(_both(card["data"]["notes"])),
        tables=(Table(key="findings", caption=say("text_page.table_findings"), header=header, rows=body),)
        if body
        else (),
    )


def _made(card: Card) -> Section:
    recipe = card["recipe"]
    shown = (
        "method",
        "base",
        "max_length",
        "num_train_epochs",
        "learning_rate",
        "per_device_train_batch_size",
        "seed",
    )
    settings = tuple((key, str(recipe[key])) for key in shown if recipe[key] not in ("", 0))
    machine = (
        (say("text_page.row_processor"), str(card["machine"]["processor"])),
        (say("text_page.row_seconds"), f"{card['seconds']:.0f}"),
        (say("text_page.row_parameters"), f"{card['parameters']:,}"),
        (say("text_page.row_learning"), f"{card['learning_parameters']:,}"),
    )
    packages = tuple((name, number) for name, number in card["packages"].items() if number)
    header = (say("text_page.col_setting"), say("text_page.col_value"))
    return Section(
        key="made",
        title=say("text_page.section_made"),
        paragraphs=tuple(_both(card["notes"])),
        tables=(
            Table(
                key="settings",
                caption=say("text_page.table_settings"),
                header=header,
                rows=(*settings, *machine, *packages),
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
            "–" if each["score"] is None else f"{each['score']:.4f}",
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
