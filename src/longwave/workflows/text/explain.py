"""Which words speak for a model's answers, as a page: each text with its words shaded, and the same in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import Language, Message, Value, say
from longwave.report.document import Document, Passage, Section, Table
from longwave.report.page import render
from longwave.text.checkpoints.checkpoint import open_checkpoint
from longwave.text.corpus.bare_texts import has_marks
from longwave.text.explain.explain import explain
from longwave.text.explain.explanation import Explanation, check_explained
from longwave.text.portable.script import wide
from longwave.text.prepared import read_task
from longwave.text.table import Row
from longwave.workflows.page_folder import write_whole

MOST_ENTITIES = 5
_SHOWN = 25
_LEAST = 0.05
"""A word below this share of the greatest weight is not named as a reason."""
_OPTIONS = {"text", "other", "head", "tail"}


def explain_text(
    folder: Path, rows: Sequence[Row], *, method: str = "occlusion", label: str = ""
) -> list[Explanation]:
    """One explanation a row; for entities one an entity, the first `MOST_ENTITIES` of each row.

    rows: texts and what else the task reads, as a file of the user's would have them. Raises UsageError, BadInput,
    DataError, MissingPackage."""
    import pandas as pd

    checkpoint = open_checkpoint(folder)
    check_explained(checkpoint.task)
    for given in rows:
        _check_columns(given, checkpoint.task)
    table = read_task(pd.DataFrame(list(rows)), checkpoint.task, for_prediction=True)
    found = []
    for row in table.rows():
        if checkpoint.task != "entities":
            found.append(explain(checkpoint, row, method=method, label=label))
            continue
        (answer,) = checkpoint.answers([row])
        count = min(MOST_ENTITIES, len(answer["entities"]))
        found += [explain(checkpoint, row, method=method, entity=place) for place in range(count)]
    if not found:
        raise UsageError(say("text_explain.nothing_found"))
    return found


def _check_columns(row: Row, task: str) -> None:
    """Raises UsageError for a text without what else its task reads, by the names that the options have; a row with names
    of the user's own is left to the reading of columns."""
    if not row.keys() <= _OPTIONS:
        return
    if task == "pairs" and "other" not in row:
        raise UsageError(say("text_explain.wants_other"))
    text = str(row.get("text", ""))
    if task == "relations" and not {"head", "tail"} <= row.keys() and not has_marks(text):
        raise UsageError(say("text_explain.wants_names", text=text[:80]))


def write_page(
    found: Sequence[Explanation], out: Path, languages: Sequence[Language], model: str
) -> list[Path]:
    """One page a language: `out` for the first, ``NAME.zh.html`` beside it for another. The pages written."""
    pages = []
    names = {
        lang: out if lang == languages[0] else out.with_name(f"{out.stem}.{lang}.html") for lang in languages
    }
    for lang in languages:
        other = next((names[each].name for each in languages if each != lang), None)
        pages.append(write_whole(names[lang], render(document(found, model), lang, alternate=other)))
    return pages


def document(found: Sequence[Explanation], model: str) -> Document:
    """The page, in no language yet."""
    return Document(
        title=say("text_explain.title", model=model),
        lead=say(f"text_explain.lead_{found[0].way}"),
        headlines=tuple(line for each in found for line in (headline(each), *remarks(each))),
        sections=tuple(_section(each, place) for place, each in enumerate(found)),
        origins={},
        caveats=tuple(_caveats(found)),
    )


def headline(found: Explanation) -> Message:
    """The answer, and the words that speak for it and against it most, where they weigh anything beside the weightiest."""
    least = _LEAST * max((abs(each.weight) for each in found.parts), default=0.0)
    fors, against = (
        tuple(f"“{each.word.text}”" for each in found.strongest if sign * each.weight > least)[:3]
        for sign in (1, -1)
    )
    nobody = (say("text_explain.no_word"),)
    return say(
        f"text_explain.headline{_kind(found)}",
        label=found.label,
        chance=f"{100 * found.probability:.1f}",
        pro=fors or nobody,
        contra=against or nobody,
        **_thing(found),
    )


def _kind(found: Explanation) -> str:
    """What a sentence's key ends in where it names the entity too."""
    return "" if found.entity is None else "_entity"


def _thing(found: Explanation) -> dict[str, str]:
    return {} if found.entity is None else {"entity": str(found.entity["text"])}


def _section(found: Explanation, place: int) -> Section:
    tables = [_table(found, place), *([_linear(found, place)] if found.linear else [])]
    return Section(
        key=f"answer-{place + 1}",
        title=say(
            f"text_explain.section{_kind(found)}", number=place + 1, label=found.label, **_thing(found)
        ),
        paragraphs=tuple(_told(found)),
        passages=tuple(_passages(found)),
        tables=tuple(tables),
    )


def _told(found: Explanation) -> Iterator[Message]:
    if found.gap is not None and found.without is not None:
        yield say(
            "text_explain.adds_up",
            whole=f"{found.whole:+.2f}",
            without=f"{found.without:+.2f}",
            gap=f"{found.gap:+.3f}",
        )
    if found.together > 1:
        yield say("text_explain.together", count=found.together)


def remarks(found: Explanation) -> Iterator[Message]:
    """Which of several labels is explained, and what keeps weights from being read word by word."""
    if found.given is not None:
        yield _which(found, found.given)
    if found.unknown:
        yield say("text_explain.unknown", count=found.unknown, words=len(found.parts))
    unread = sum(not each.read for each in found.parts)
    if unread:
        yield say("text_explain.unread", count=unread, words=len(found.parts))


def _which(found: Explanation, given: Sequence[str]) -> Message:
    others = tuple(label for label in given if label != found.label)
    if found.label not in given:
        return say("text_explain.not_given", label=found.label, given=tuple(given) or ("–",))
    if others:
        return say("text_explain.one_of_several", label=found.label, others=others[:12])
    return say("text_explain.only_given", label=found.label)


def _passages(found: Explanation) -> Iterator[Passage]:
    for name in dict.fromkeys(each.word.field for each in found.parts):
        yield Passage(f"words-{name}", say(f"text_explain.passage_{name}"), tuple(_words(found, name)))


def _words(found: Explanation, name: str) -> Iterator[tuple[str, float | None]]:
    """The text of a column in pieces: words with their weights, what stands between them without."""
    mine = [each for each in found.parts if each.word.field == name]
    if name == "tokens":
        before = ""
        for each in mine:
            if before and not (wide(before[-1]) and wide(each.word.text[:1])):
                yield " ", None
            yield each.word.text, each.weight
            before = each.word.text
        return
    text, last = str(found.row[name]), 0
    for each in mine:
        yield text[last : each.word.start], None
        yield each.word.text, each.weight
        last = each.word.end
    yield text[last:], None


def _table(found: Explanation, place: int) -> Table:
    rows: list[tuple[Value, ...]] = [
        (each.word.text, f"{each.weight:+.3f}", say(f"text_explain.{_side(each.weight)}"))
        for each in found.strongest[:_SHOWN]
    ]
    return Table(
        key=f"words-{place + 1}",
        caption=say(
            f"text_explain.caption_{found.unit}", label=found.label, shown=len(rows), words=len(found.parts)
        ),
        header=tuple(say(f"text_explain.col_{name}") for name in ("word", "weight", "side")),
        rows=tuple(rows),
    )


def _side(weight: float) -> str:
    return "pro" if weight > 0 else "contra" if weight < 0 else "neither"


def _linear(found: Explanation, place: int) -> Table:
    rows: list[tuple[Value, ...]] = [
        (str(each["feature"]), f"{each['weight']:+.3f}", say(f"text_explain.{_side(float(each['weight']))}"))
        for each in found.linear
    ]
    return Table(
        key=f"linear-{place + 1}",
        caption=say("text_explain.caption_linear"),
        header=tuple(say(f"text_explain.col_{name}") for name in ("feature", "weight", "side")),
        rows=tuple(rows),
    )


def _caveats(found: Sequence[Explanation]) -> Iterator[Message]:
    yield say("text_explain.caveat_model")
    if any(each.way == "occlusion" for each in found):
        yield say("text_explain.caveat_cover")
    if any(each.way == "gradients" for each in found):
        yield say("text_explain.caveat_baseline")


def plain(found: Explanation) -> dict[str, Any]:
    """As JSON has it."""
    return {
        "label": found.label,
        "probability": found.probability,
        "entity": found.entity,
        "given": found.given,
        "method": found.way,
        "unit": found.unit,
        "score": found.whole,
        "score_of_nothing": found.without,
        "gap": found.gap,
        "unknown": found.unknown,
        "words": [
            {**asdict(each.word), "weight": each.weight}
            for each in found.parts
        ],
        "linear": [dict(each) for each in found.linear],
    }  # fmt: skip
