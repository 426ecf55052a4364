"""Repeated texts: within the corpus, across its parts, and with answers that contradict each other.

A test row that stands in train measures memory, not learning: ChnSentiCorp's public dev set repeats 28 % of its rows
from train, FinFE's test 54 %. Such rows leave the test in `without_leaks`, so that both scores can be told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from longwave.core.message import say
from longwave.text.audit.finding import HELD_OUT, Finding, Severity, held_out, some_ids
from longwave.text.corpus.duplicates import Groups, head_and_tail, keys, near_groups, normalised, numbered
from longwave.text.table import TextTable


@dataclass(frozen=True, eq=False)
class Repeats:
    """keys: what makes rows the same; exact: keys before normalising; groups: near-duplicates by one number."""

    keys: Sequence[str]
    exact: Sequence[str]
    groups: Groups


def look_for_repeats(table: TextTable) -> Repeats:
    """Each row's keys, and the group of nearly equal rows that it is in.

    Where a row has two texts (a pair, a question with its context) both must nearly repeat: else a long context would
    drown the question. A relation's head and tail must be the same: another pair in one sentence is another question.
    """
    texts = table.texts()
    normal = [normalised(text) for text in texts]
    same = keys(table, normal)
    pair = next((each for each in _TWO_TEXTS if table.has(each[0]) and table.has(each[1])), None)
    if pair is not None:
        sides = [near_groups([normalised(text) for text in table.frame[name]]) for name in pair]
        return Repeats(same, texts, numbered([f"{one} {other}" for one, other in zip(*sides, strict=True)]))
    near = near_groups(normal)
    if not table.has("head_start"):
        return Repeats(same, texts, near)
    meant = head_and_tail(table)
    exact = [f"{text}\x1f{each}" for text, each in zip(texts, meant, strict=True)]
    groups = numbered([f"{group}\x1f{each}" for group, each in zip(near, meant, strict=True)])
    return Repeats(same, exact, groups)


_TWO_TEXTS = (("text", "other"), ("question", "context"))


def duplicates(table: TextTable, repeats: Repeats) -> Iterator[Finding]:
    """Rows that repeat an earlier one, to the letter or nearly."""
    rows = len(table)
    later = _later(repeats.exact)
    if later:
        message = say("text_audit.exact_duplicates", count=len(later), share=len(later) / rows)
        severity: Severity = "serious" if len(later) > 0.05 * rows else "warning"
        yield Finding(
            "exact_duplicates", severity, len(later), len(later) / rows, message, some_ids(table, later)
        )
    known = set(later)
    near = [at for at in _later(repeats.groups.tolist()) if at not in known]
    if near:
        message = say("text_audit.near_duplicates", count=len(near), share=len(near) / rows)
        severity = "warning" if len(near) > 0.02 * rows else "info"
        yield Finding(
            "near_duplicates", severity, len(near), len(near) / rows, message, some_ids(table, near)
        )


def _later(values: Sequence[object]) -> list[int]:
    """The places of values that have come before."""
    seen: set[object] = set()
    found = []
    for at, value in enumerate(values):
        if value in seen:
            found.append(at)
        seen.add(value)
    return found


def leaks(table: TextTable, repeats: Repeats) -> Iterator[Finding]:
    """Test and dev rows whose text stands in train, and those that nearly do."""
    if not table.has("split"):
        return
    splits = table.frame["split"].tolist()
    of_train = {key for key, split in zip(repeats.keys, splits, strict=True) if split == "train"}
    near_train = {
        group for group, split in zip(repeats.groups.tolist(), splits, strict=True) if split == "train"
    }
    for part in HELD_OUT:
        places = [at for at, split in enumerate(splits) if split == part]
        same = [at for at in places if repeats.keys[at] in of_train]
        if same:
            yield held_out("text_audit.leaks", part, table, same, len(places))
        known = set(same)
        near = [at for at in places if at not in known and int(repeats.groups[at]) in near_train]
        if near:
            yield held_out("text_audit.near_leaks", part, table, near, len(places), ("warning", "info"))


def contradictions(table: TextTable, repeats: Repeats) -> Iterator[Finding]:
    """Rows of equal text whose labels differ; for written texts (a summary, a reply) many are right, so none is told."""
    if not any(table.has(name) for name in ("label", "labels", "tags")):
        return
    answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    written = table.answers()
    for key, answer in zip(repeats.keys, written, strict=True):
        answers[key][answer] += 1
    places = [at for at, key in enumerate(repeats.keys) if len(answers[key]) > 1]
    if not places:
        return
    texts = sum(len(each) > 1 for each in answers.values())
    share = len(places) / len(table)
    message = say("text_audit.contradictions", count=len(places), texts=texts, share=share)
    severity: Severity = "serious" if share > 0.02 else "warning"
    yield Finding("contradictions", severity, len(places), share, message, some_ids(table, places))


def without_leaks(table: TextTable) -> TextTable:
    """The table without the dev rows whose normalised text stands in train, and without the test rows whose text stands in
    train, in dev or earlier in the test: scored beside the whole test. A table without parts is given back as it is."""
    if not table.has("split"):
        return table
    same = keys(table)
    splits = table.frame["split"].tolist()
    seen = {
        part: {key for key, split in zip(same, splits, strict=True) if split in earlier}
        for part, earlier in (("train", ()), ("dev", ("train",)), ("test", ("train", "dev")))
    }
    kept = []
    for at, (key, split) in enumerate(zip(same, splits, strict=True)):
        if key not in seen[split]:
            kept.append(at)
        if split == "test":
            seen["test"].add(key)
    return table.take(kept)
