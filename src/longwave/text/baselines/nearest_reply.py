"""The reply to the conversation of train whose last turn is most like this one's: what looking it up would score.

Likeness is the cosine of TF-IDF over terms (words; of Chinese characters and pairs). Where the last turn shares no term
with any of train's, the reply is the commonest one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from longwave.core.harvest import Progress
from longwave.text.baselines.baseline import BASELINES, AbstractBaseline, AbstractLearnt
from longwave.text.baselines.commonest_reply import commonest
from longwave.text.baselines.kept import Kept, broken
from longwave.text.extract.terms import document_weights, vector
from longwave.text.table import Row, TextTable

MOST = 20_000
"""Conversations that are looked through, drawn evenly: of more, looking would take minutes."""
_AT_ONCE = 256


@BASELINES.register("nearest_reply")
class NearestReply(AbstractBaseline):
    name: ClassVar[str] = "nearest_reply"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task == "generate"

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        whole = train.frame["turns"].tolist()
        places = np.linspace(0, len(whole) - 1, min(len(whole), MOST)).astype(int).tolist()
        kept = [whole[place] for place in places]
        repliers = tuple(sorted({str(turns[-1][0]) for turns in whole}))
        asked = [_asked(turns, repliers) for turns in kept]
        weights = document_weights([each] for each in asked)
        replies = tuple(str(turns[-1][1]) for turns in kept)
        numbers = _numbers(asked, weights)
        usual = commonest(str(turns[-1][1]) for turns in whole)
        return Looked(replies, usual, repliers, weights, numbers), {
            "conversations": len(kept),
            "terms": len(weights),
        }

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        names, replies = kept.names.get("terms", []), kept.names.get("replies", [])
        weights = kept.arrays["weights"]
        if weights.shape != (len(names),) or not replies:
            raise broken(cls.name)
        parts = tuple(kept.arrays[name] for name in ("data", "indices", "ends"))
        numbers = sparse.csr_matrix(parts, shape=(len(replies), len(names)))
        weighed = dict(zip(names, map(float, weights), strict=True))
        facts = kept.facts
        return Looked(
            tuple(replies), str(facts["usual"]), tuple(map(str, facts["repliers"])), weighed, numbers
        )


@dataclass(frozen=True)
class Looked(AbstractLearnt):
    """replies: of the conversations looked through; usual: the commonest; repliers: who speaks the last turns of train;
    weights: of each term; numbers (conversations, terms): what stands before the replies, of unit length."""

    replies: tuple[str, ...]
    usual: str
    repliers: tuple[str, ...]
    weights: Mapping[str, float]
    numbers: sparse.csr_matrix

    def predict(self, rows: list[Row]) -> list[Row]:
        asked = [_asked(row["turns"], self.repliers) for row in rows]
        told: list[Row] = []
        for start in range(0, len(asked), _AT_ONCE):
            mine = _numbers(asked[start : start + _AT_ONCE], self.weights)
            alike = (mine @ self.numbers.T).toarray()
            for place, row in zip(alike.argmax(axis=1), alike, strict=True):
                told.append({"text": self.replies[place].strip() if row[place] > 0 else self.usual})
        return told

    def keep(self) -> Kept:
        arrays = {
            "weights": np.array(list(self.weights.values()), dtype=float),
            "data": self.numbers.data,
            "indices": self.numbers.indices,
            "ends": self.numbers.indptr,
        }
        facts = {"usual": self.usual, "repliers": list(self.repliers)}
        return Kept(facts, {"terms": list(self.weights), "replies": list(self.replies)}, arrays)


def _asked(turns: Sequence[tuple[str, str]], repliers: Sequence[str]) -> str:
    """What was said last before the reply. A last turn of one who replies is the answer sought, and is not read."""
    before = turns[:-1] if turns and str(turns[-1][0]) in repliers else turns
    return str(before[-1][1]) if len(before) else ""


def _numbers(texts: Sequence[str], weights: Mapping[str, float]) -> sparse.csr_matrix:
    """(texts, terms); a term that train lacks is passed over."""
    places = {term: at for at, term in enumerate(weights)}
    data: list[float] = []
    indices: list[int] = []
    ends = [0]
    for text in texts:
        known = {places[term]: value for term, value in vector(text, weights, 0.0).items() if term in places}
        indices += known
        data += known.values()
        ends.append(len(indices))
    parts = (np.array(data), np.array(indices, dtype=np.int32), np.array(ends, dtype=np.int32))
    return sparse.csr_matrix(parts, shape=(len(texts), len(weights)))
