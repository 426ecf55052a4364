"""Train, dev and test parts that a score may be believed on.

Parts that a corpus brings are kept. Else, where rows have dates, the latest are the test and those before them dev, the
border between two days; without dates rows are dealt at random, label by label. Rows that are nearly the same text, and
rows of one document, never stand on two sides of a border: a model would be asked what it was told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.message import Message, say
from longwave.text.corpus.duplicates import Groups, connected, near_groups, normalised, numbered
from longwave.text.table import TextTable

_FEW = 300
"""Rows below which one split's test says little: its interval is wider than most differences."""
_THIN = 20
"""Rows from which on classes too small to be parted one by one, two rows each, are parted together."""
_WHOLE = 0.1
"""A group above this share of the rows is a subject or a template, not a document, and may be parted."""


def with_splits(table: TextTable, *, test: float = 0.15, dev: float = 0.1, seed: int = 0) -> TextTable:
    """The table with a column `split`; its notes say how the parts were made.

    test, dev: shares of the rows. Raises UsageError for shares that leave no training rows, NotEnoughData where there are
    too few rows for three parts.
    """
    if not (0 < test < 1 and 0 <= dev < 1 and test + dev < 1):
        raise UsageError(say("text_corpus.bad_shares", test=test, dev=dev))
    parts = set(table.frame["split"]) if table.has("split") else {"train"}
    if parts == {"test"}:
        return table
    if "test" in parts and "train" in parts:
        return _kept(table, parts, dev, seed)
    if "train" not in parts:
        raise NotEnoughData(say("text_corpus.no_train"), say("text_corpus.no_train_mend"))
    made = _made(table, parts, test, 0.0 if "dev" in parts else dev, seed)
    return replace(made, notes=(*made.notes, say("text_corpus.no_test_left"))) if table.has("split") else made


def folds(table: TextTable, k: int, seed: int = 0) -> tuple[TextTable, ...]:
    """k tables with the same rows, each row in the test of exactly one and in the train of the others.

    Stratified by label, groups of near-duplicates and documents whole. Raises NotEnoughData for fewer rows than folds.
    """
    if k < 2 or len(table) < k:
        raise NotEnoughData(say("text_corpus.few_for_folds", rows=len(table), folds=k))
    groups, _ = _groups(table)
    dealt = _dealt(strata(table), groups, [1 / k] * k, seed)
    return tuple(_with(table, np.where(dealt == fold, "test", "train"), ()) for fold in range(k))


def _kept(table: TextTable, parts: set[str], dev: float, seed: int) -> TextTable:
    split = table.frame["split"].to_numpy(dtype=object)
    counts = Counter(split)
    said = say("text_corpus.splits_kept", train=counts["train"], dev=counts["dev"], test=counts["test"])
    if "dev" in parts or dev == 0:
        return replace(table, notes=(*table.notes, said))
    try:
        inner = _made(table.part("train"), {"train"}, dev, 0.0, seed)
    except NotEnoughData:
        return replace(table, notes=(*table.notes, said, say("text_corpus.no_dev_made")))
    split[split == "train"] = np.where(inner.frame["split"] == "test", "dev", "train")
    made = say("text_corpus.dev_made", count=int((split == "dev").sum()))
    return _with(table, split, (said, made))


def _made(table: TextTable, parts: set[str], test: float, dev: float, seed: int) -> TextTable:
    """A test (and a dev) out of the training rows; a dev that is there stays."""
    split = np.array(table.frame["split"] if table.has("split") else ["train"] * len(table), dtype=object)
    places = np.flatnonzero(split == "train")
    pool = table.take(places.tolist())
    if len(pool) < 4:
        raise NotEnoughData(
            say("text_corpus.few_for_splits", rows=len(pool)), say("text_corpus.few_for_splits_mend")
        )
    groups, notes = _groups(pool)
    dated = _by_date(pool, groups, test, dev)
    if dated is None:
        shares = [1 - test - dev, dev, test]
        dealt = _dealt(strata(pool), groups, shares, seed)
        if 2 not in dealt and len(pool) >= _THIN:
            dealt = _dealt_thinly(strata(pool), groups, shares, seed)
        said: Message = say("text_corpus.split_at_random", seed=seed)
    else:
        dealt, said, moved = dated
        notes = (*notes, *((say("text_corpus.moved_by_likeness", count=moved),) if moved else ()))
    split[places] = np.array(["train", "dev", "test"], dtype=object)[dealt]
    counts = Counter(split)
    if not counts["train"] or not counts["test"]:
        raise NotEnoughData(
            say("text_corpus.few_for_splits", rows=len(pool)), say("text_corpus.few_for_splits_mend")
        )
    made = say("text_corpus.splits_made", train=counts["train"], dev=counts["dev"], test=counts["test"])
    few = (say("text_corpus.few_rows", rows=len(table)),) if len(table) < _FEW else ()
    kept = (say("text_corpus.dev_kept", count=counts["dev"]),) if "dev" in parts else ()
    return _with(table, split, (made, said, *kept, *notes, *few))


def _with(table: TextTable, split: Any, notes: Sequence[Message]) -> TextTable:
    frame = table.frame.copy()
    frame["split"] = np.asarray(split, dtype=object)
    return replace(table, frame=frame, notes=(*table.notes, *notes))


# What must stay together


def _groups(table: TextTable) -> tuple[Groups, tuple[Message, ...]]:
    """Rows that must not be parted: near-duplicates, one document, one context of several questions."""
    count = len(table)
    texts = table.frame["context"].tolist() if table.has("context") else table.texts()
    near = near_groups([normalised(text) for text in texts])
    groups = near
    notes: list[Message] = []
    if _largest(near) > _WHOLE * count and _largest(near) > 2:
        notes.append(say("text_corpus.templates", share=_largest(near) / count))
        groups = numbered([normalised(text) for text in texts])
    together = count - len(np.unique(groups))
    if together:
        notes.append(say("text_corpus.kept_together", count=together))
    if table.has("source"):
        documents = _documents(table.frame["source"].tolist())
        if documents is None:
            notes.append(say("text_corpus.source_is_wide"))
        else:
            groups = _joined(groups, documents)
            notes.append(say("text_corpus.source_together", count=len(np.unique(documents))))
    return groups, tuple(notes)


def _documents(sources: Sequence[str]) -> Groups | None:
    """Rows of one document by one number; None where sources are few and wide: publishers or subjects, not documents."""
    named = [source or f"\x1f{at}" for at, source in enumerate(sources)]
    documents = numbered(named)
    return None if _largest(documents) > max(_WHOLE * len(sources), 1) else documents


def _largest(groups: Groups) -> int:
    return int(np.bincount(groups).max())


def _joined(first: Groups, second: Groups) -> Groups:
    """Groups such that rows that stand together in either stand together."""
    count = len(first)
    rows = np.arange(count)
    offset = count + int(first.max()) + 1
    pairs = np.concatenate(
        [np.stack([rows, count + first], axis=1), np.stack([rows, offset + second], axis=1)]
    )
    return connected(offset + int(second.max()) + 1, pairs)[:count]


# By date


def _by_date(table: TextTable, groups: Groups, test: float, dev: float) -> tuple[Groups, Message, int] | None:
    """The part of each row by its date (0 train, 1 dev, 2 test), in words too, and how many rows their group took to a later
    part than their own day's; None where dates cannot tell parts apart.

    A group stands where its latest row does, so that nothing of the test's time is learnt from. Rows without a date are
    learnt from.
    """
    if not table.has("date"):
        return None
    days = table.frame["date"].tolist()
    dated = sorted(day for day in days if day)
    if len(dated) < 0.8 * len(days):
        return None
    from_test = _border(dated, test)
    from_dev = _border([day for day in dated if day < from_test], dev / (1 - test)) if dev else from_test
    if not from_test or not from_dev:
        return None
    latest: dict[int, str] = {}
    for group, day in zip(groups.tolist(), days, strict=True):
        latest[group] = max(latest.get(group, ""), day)

    def part(day: str) -> int:
        return 2 if day >= from_test else 1 if day >= from_dev else 0

    dealt = np.array([part(latest[group]) for group in groups.tolist()], dtype=np.int64)
    moved = int((dealt > np.array([part(day) if day else 0 for day in days])).sum())
    share = float((dealt == 2).mean())
    if not test / 2.5 <= share <= min(2.5 * test, 0.6):
        return None
    return dealt, say("text_corpus.split_by_date", dev=from_dev, test=from_test), moved


def _border(days: Sequence[str], share: float) -> str:
    """The first day of the latest part whose share of the sorted days is nearest to `share`; empty where there is none."""
    counts = Counter(days)
    after, best, nearest = 0, "", share
    for day in sorted(counts, reverse=True)[:-1]:
        after += counts[day]
        gap = abs(after / len(days) - share)
        if gap < nearest:
            best, nearest = day, gap
    return best


# At random


def strata(table: TextTable) -> Groups:
    """What each row is dealt by: its label, the rarest of several, the rarest kind of entity, whether it has an answer."""
    if table.has("label"):
        return numbered(table.frame["label"].astype(str).tolist())
    if table.has("labels"):
        return _rarest([list(row) for row in table.frame["labels"]])
    if table.has("tags"):
        return _rarest([sorted({tag[2:] for tag in row if tag != "O"}) for row in table.frame["tags"]])
    if table.has("answers"):
        return np.array([bool(row) for row in table.frame["answers"]], dtype=np.int64)
    return np.zeros(len(table), dtype=np.int64)


def _rarest(rows: Sequence[Sequence[str]]) -> Groups:
    counts = Counter(name for row in rows for name in row)
    return numbered([min(row, key=lambda name: (counts[name], name)) if row else "" for row in rows])


def _dealt(labels: Groups, groups: Groups, shares: Sequence[float], seed: int) -> Groups:
    """A part for each row: groups whole, large ones first, each to the part that most lacks rows of its label."""
    count = int(groups.max()) + 1
    sizes = np.bincount(groups, minlength=count)
    order = np.random.default_rng(seed).permutation(count)
    order = order[np.argsort(-sizes[order], kind="stable")]
    label_of = np.zeros(count, dtype=np.int64)
    label_of[groups[::-1]] = labels[::-1]
    wanted = [[share * total for share in shares] for total in np.bincount(labels).tolist()]
    overall = [share * len(labels) for share in shares]
    part = [0] * count
    for group in order.tolist():
        size, lacking = int(sizes[group]), wanted[int(label_of[group])]
        at = max(range(len(shares)), key=lambda each: (lacking[each] + 1e-6 * overall[each], -each))
        part[group] = at
        lacking[at] -= size
        overall[at] -= size
    return np.array(part, dtype=np.int64)[groups]


def _dealt_thinly(labels: Groups, groups: Groups, shares: Sequence[float], seed: int) -> Groups:
    """A part for each row where every class is so small that all of it would be learnt from: one row of each is, and the
    others are dealt as if they were of one class."""
    firsts = np.unique(labels, return_index=True)[1]
    held = np.isin(groups, groups[firsts])
    spare = np.flatnonzero(~held)
    part = np.zeros(len(labels), dtype=np.int64)
    if len(spare):
        rest = [share * len(labels) / len(spare) for share in shares[1:]]
        within = [max(1 - sum(rest), 0.0), *rest]
        one = np.zeros(len(spare), dtype=np.int64)
        part[spare] = _dealt(one, numbered(groups[spare].tolist()), within, seed)
    return part
