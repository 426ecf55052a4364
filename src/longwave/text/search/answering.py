"""Answers from documents: the passage first, then the words of it that answer.

A row brings `documents` (a tuple of texts) in the place of a `context`. Rows of the same documents share one search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from longwave.text.search.passages import passages
from longwave.text.search.retrieval import Embeds, Found, Retriever
from longwave.text.table import Row

Answering = Callable[[Sequence[Row]], list[Row]]
"""Rows with question and context to answers, as a learner's `predict` gives them."""


def answers_from_documents(
    rows: Sequence[Row], answering: Answering, embed: Embeds | None, *, count: int = 1
) -> list[Row]:
    """One answer a row, with `passage` (its text), `document` (its place) and `found` (the search's score) beside; `start`
    and `end` are characters of the document.

    count: passages that are read for each question; of several, the answer wins whose passage and span score most
    together. A row without documents is answered from its own context. Raises NotEnoughData for empty documents.
    """
    found = _searched(rows, embed, count)
    asked = [
        {**row, "context": each.passage.text, "documents": ()}
        for row, mine in zip(rows, found, strict=True)
        for each in mine
    ]
    plain = [row for row, mine in zip(rows, found, strict=True) if not mine]
    told = iter(answering(asked) if asked else [])
    own = iter(answering(plain) if plain else [])
    return [_best([(each, next(told)) for each in mine]) if mine else next(own) for mine in found]


def _searched(rows: Sequence[Row], embed: Embeds | None, count: int) -> list[list[Found]]:
    found: list[list[Found]] = [[] for _ in rows]
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if row.get("documents"):
            alike.setdefault(tuple(map(str, row["documents"])), []).append(place)
    for documents, places in alike.items():
        retriever = Retriever(passages(documents), embed)
        for place, mine in zip(
            places, retriever.best([str(rows[at]["question"]) for at in places], count), strict=True
        ):
            found[place] = mine
    return found


def _best(read: Sequence[tuple[Found, Row]]) -> Row:
    def worth(one: tuple[Found, Row]) -> tuple[bool, float]:
        where, told = one
        return bool(told["answer"]), where.score + float(told["score"])

    where, told = max(read, key=worth)
    moved = (
        {} if not told["answer"] else {name: told[name] + where.passage.start for name in ("start", "end")}
    )
    return {
        **told,
        **moved,
        "passage": where.passage.text,
        "document": where.passage.document,
        "found": where.score,
    }
