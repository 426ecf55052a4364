"""The mix of classes: how uneven it is, which are too small to learn, which the test has and train has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from longwave.core.message import say
from longwave.text.audit.finding import Finding, Severity, some_ids
from longwave.text.score.scope import outside_of
from longwave.text.table import TextTable

_FEW = 8
"""Examples below which a class is hardly learnt: the smallest few-shot setting that is reported in the literature."""


def classes_of(table: TextTable) -> list[tuple[str, ...]]:
    """The classes of each row: its label, its labels, or the kinds of its entities."""
    if table.has("label"):
        return [(label,) for label in table.frame["label"]]
    if table.has("labels"):
        return [tuple(row) for row in table.frame["labels"]]
    if table.has("tags"):
        return [tuple(tag[2:] for tag in row if tag.startswith("B-")) for row in table.frame["tags"]]
    return [() for _ in range(len(table))]


def balance(table: TextTable) -> Iterator[Finding]:
    """How uneven the classes are, and which have hardly any training rows."""
    train = table.part("train") if table.has("split") and (table.frame["split"] == "train").any() else table
    counts = Counter(name for row in classes_of(train) for name in _counted(row, train))
    if len(counts) < 2:
        return
    # Of several labels a row bears each but once, so that their shares are of rows, and add up to more than one.
    total = len(train) if train.has("labels") else sum(counts.values())
    (largest, most), (smallest, least) = (
        max(counts.items(), key=_by_count),
        min(counts.items(), key=_by_count),
    )
    uneven = most > 0.8 * total or most > 50 * least
    message = say(
        "text_audit.balance_of_kinds" if train.has("tags") else "text_audit.balance",
        classes=len(counts),
        largest=largest,
        share=most / total,
        smallest=smallest,
        count=least,
    )
    yield Finding("balance", "warning" if uneven else "info", least, most / total, message)
    few = sorted(name for name, count in counts.items() if count < _FEW)
    if few:
        message = say("text_audit.few_examples", count=len(few), least=_FEW, names=tuple(few[:8]))
        yield Finding("few_examples", "warning", len(few), len(few) / len(counts), message)


def _counted(row: tuple[str, ...], table: TextTable) -> Iterable[str]:
    """A row's classes as they count: each entity by itself, a label but once."""
    return row if table.has("tags") else set(row)


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return item[1], item[0]


def unseen_labels(table: TextTable) -> Iterator[Finding]:
    """Test and dev rows with a class that train has not: no model can be right about them. What is out of scope among
    intents needs no training rows: to be sure of no intent is to say so."""
    if not table.has("split"):
        return
    rows, splits = classes_of(table), table.frame["split"].tolist()
    known = {name for row, split in zip(rows, splits, strict=True) if split == "train" for name in row}
    if not known:
        return
    if table.task == "intent":
        known |= {outside_of(table.labels, table.outside) or ""}
    for part in ("test", "dev"):
        places = [at for at, split in enumerate(splits) if split == part]
        odd = [at for at in places if not known.issuperset(rows[at])]
        if odd:
            names = tuple(sorted({name for at in odd for name in rows[at]} - known))
            share = len(odd) / len(places)
            message = say(
                "text_audit.unseen_labels",
                part=say(f"text_audit.part_{part}"),
                count=len(odd),
                share=share,
                names=names[:8],
            )
            severity: Severity = "serious" if share > 0.01 else "warning"
            yield Finding(f"unseen_labels_{part}", severity, len(odd), share, message, some_ids(table, odd))
