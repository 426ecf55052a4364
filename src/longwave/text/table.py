"""A table of text as a task reads it: canonical columns, checked once at the door.

Every task has `id` (text, unique) and, where the file has them, `split` (train, dev, test), `date` and `source`. Beside:

classify, intent   text, label; with several labels a row, labels (a tuple of names); classify also about, where given:
                   the thing in the text that the label is of (empty: the text as a whole)
entities           tokens, tags (tuples of equal length; tags in BIO); to be found in a text also text, as it was given
relations          text, head_start, head_end, tail_start, tail_end (characters of text, end left out), label
pairs              text, other, label
answers            question, context, answers (a tuple of texts), starts (a tuple of characters); both empty: no answer;
                   to be answered also documents (a tuple of texts), in which the context is looked for
summarise          text, summary
translate          text, target
generate           turns (a tuple of pairs: who, what), the last of which is the reply to be learnt; replied: that it is
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias, get_args

import pandas as pd

from longwave.core.message import Message

Split: TypeAlias = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

Row: TypeAlias = dict[str, Any]
"""One row by canonical column; what is predicted for one is a dict too (see `portable.decode`)."""

_TEXTS = ("text", "about", "other", "question", "context", "summary", "target")


@dataclass(frozen=True, eq=False)
class TextTable:
    """Rows of one task.

    task: its name; frame: the columns above, with a plain index 0, 1, ...; labels: every label there is, in their order
    (an ordinal scale's from low to high), empty where the task has none; several: a row may have several labels;
    ordered: the labels are an ordinal scale; sha256: of the files' bytes; notes: what was done at the door;
    columns: role -> the rows' own column that plays it ("title+text" joins two), as given or found; outside: the label of
    intents or relations that means none of the others, ``-`` where none does, empty where its usual names tell (see
    `score.scope`); asked: of a table for prediction, each row of the file with its id as it stands there, and whether it is
    among the rows of the frame (one without a text is not).
    """

    task: str
    frame: pd.DataFrame
    labels: tuple[str, ...] = ()
    several: bool = False
    ordered: bool = False
    sha256: str = ""
    notes: tuple[Message, ...] = field(default=())
    outside: str = ""
    columns: tuple[tuple[str, str], ...] = field(default=())
    asked: tuple[tuple[str, bool], ...] = field(default=())

    def __len__(self) -> int:
        return len(self.frame)

    def has(self, column: str) -> bool:
        return column in self.frame.columns

    def part(self, split: Split) -> TextTable:
        """The rows of a split: none where the table is not split."""
        if not self.has("split"):
            return self.take([])
        return self.take(self.frame.index[self.frame["split"] == split])

    def take(self, places: Sequence[int] | pd.Index) -> TextTable:
        """The rows at these places, in their order; labels stay those of the whole table."""
        return replace(self, frame=self.frame.loc[list(places)].reset_index(drop=True))

    def rows(self) -> list[Row]:
        """Each row as a dict, tuples as they are."""
        return [{str(name): value for name, value in row.items()} for row in self.frame.to_dict("records")]

    def texts(self) -> list[str]:
        """All that a reader of the row sees, as one text: for duplicates, lengths and languages."""
        if self.has("tokens"):
            return [" ".join(tokens) for tokens in self.frame["tokens"]]
        if self.has("turns"):
            return ["\n".join(said for _, said in turns) for turns in self.frame["turns"]]
        names = [name for name in _TEXTS if self.has(name) and name not in ("summary", "target")]
        return ["\n".join(row) for row in self.frame[names].astype(str).itertuples(index=False)]

    def answers(self) -> list[str]:
        """What is to be found of each row, as one text: equal rows with unlike answers are contradictions."""
        for name in ("label", "summary", "target"):
            if self.has(name):
                return self.frame[name].astype(str).tolist()
        for name in ("labels", "tags", "answers"):
            if self.has(name):
                return [" | ".join(map(str, each)) for each in self.frame[name]]
        return [said for *_, (_, said) in self.frame["turns"]] if self.has("turns") else [""] * len(self)
