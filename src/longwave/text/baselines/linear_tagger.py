"""A linear tagger for entities: windowed features, a conditional random field, legal runs of tags only.

Where train has at most 100,000 tokens the penalty is chosen by entity F1 on dev, or on a tenth of train that is left out
where there is no dev; of more the first is taken. Features without weight are not kept. Token probabilities are the field's,
cooled by the temperature under which held-out tags are likeliest; an entity's score is that of its least sure token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from operator import itemgetter
from typing import Any, ClassVar, TypeAlias

import numpy as np

from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.baselines.baseline import BASELINES, AbstractBaseline, AbstractLearnt, called
from longwave.text.baselines.bio import OUTSIDE, inventory_of, mended, tagged_row
from longwave.text.baselines.crf import ITERATIONS, Encoded, Penalty, TagWeights, learn_tags
from longwave.text.baselines.kept import Kept, broken
from longwave.text.portable.decode import spans
from longwave.text.portable.tagger import tag_chances
from longwave.text.portable.tagging import Names, read_tokens
from longwave.text.score.temperature import best_temperature
from longwave.text.table import Row, TextTable

PENALTIES = (Penalty(0.1, 0.1), Penalty(0.3, 0.05))
MANY = 100_000


@BASELINES.register("linear_tagger")
class LinearTagger(AbstractBaseline):
    name: ClassVar[str] = "linear_tagger"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task == "entities"

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        """Raises NotEnoughData when train holds no entity."""
        judges = None if dev is None else sentences_of(dev)
        own, held = held_out(sentences_of(train), judges, seed)
        sentences, tags = own
        inventory = inventory_of(tags)
        reader = TokenReader.of(sentences, tags)
        learning = [
            reader.encoded(tokens, run, inventory) for tokens, run in zip(sentences, tags, strict=True)
        ]
        judged = [reader.features(tokens) for tokens in held[0]]
        penalties = PENALTIES if sum(map(len, sentences)) <= MANY else PENALTIES[:1]
        tried: list[tuple[float, Penalty, TagWeights]] = []
        for place, penalty in enumerate(penalties):
            watch = partial(_told, progress, place * ITERATIONS, len(penalties) * ITERATIONS)
            weights = learn_tags(learning, len(reader.places), inventory, penalty, watch)
            given = [[inventory[tag] for tag in weights.best(weights.emissions(each))] for each in judged]
            tried.append((entity_f1(held[1], given), penalty, weights))
        score, penalty, weights = max(tried, key=itemgetter(0))
        unseen = held is not own
        temperature = _temperature(weights, judged, held[1], inventory) if unseen else 1.0
        kept = weights.weighty()
        learnt = TaggerLearnt(inventory, reader.of_features(kept), weights.of(kept), temperature)
        return learnt, {
            "features": len(kept),
            **asdict(penalty),
            "temperature": temperature,
            "chosen_on": _held_name(held, own, judges),
            "score_there": score,
        }

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        names, arrays = kept.names, kept.arrays
        inventory, features = names.get("tags", []), names.get("features", [])
        shapes = {
            "weights": (len(features) + 1, len(inventory)),
            "start": (len(inventory),),
            "steps": (len(inventory), len(inventory)),
        }
        if any(name not in arrays or arrays[name].shape != shape for name, shape in shapes.items()):
            raise broken(cls.name)
        reader = TokenReader({name: place for place, name in enumerate(features)}, Names(kept.facts["known"]))
        weights = TagWeights(arrays["weights"], arrays["start"], arrays["steps"])
        return TaggerLearnt(inventory, reader, weights, float(kept.facts["temperature"]))


@dataclass(frozen=True)
class TokenReader:
    """places: of each feature name; names: known from train."""

    places: dict[str, int]
    names: Names

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]) -> TokenReader:
        names = Names.of(sentences, tags)
        places: dict[str, int] = {}
        for tokens, run in zip(sentences, tags, strict=True):
            for found in read_tokens(tokens, names, run):
                for name in found:
                    places.setdefault(name, len(places))
        return cls(places, names)

    def of_features(self, kept: np.ndarray) -> TokenReader:
        """Of these features alone, numbered anew in their order."""
        named = list(self.places)
        return replace(self, places={named[place]: at for at, place in enumerate(kept.tolist())})

    def features(self, tokens: Sequence[str]) -> np.ndarray:
        """(tokens, most of any token), filled up with the number of names."""
        found = self._numbers(tokens, None)
        width = max(map(len, found), default=0)
        filled = np.full((len(tokens), width), len(self.places), dtype=np.int32)
        for place, each in enumerate(found):
            filled[place, : len(each)] = each
        return filled

    def encoded(self, tokens: Sequence[str], run: Sequence[str], inventory: Sequence[str]) -> Encoded:
        """Of a sentence that the names were learnt from."""
        return Encoded(self._numbers(tokens, run), [inventory.index(tag) for tag in run])

    def _numbers(self, tokens: Sequence[str], own: Sequence[str] | None) -> list[list[int]]:
        """Of the features of each token; those that train lacks are passed over."""
        return [
            [self.places[name] for name in names if name in self.places]
            for names in read_tokens(tokens, self.names, own)
        ]


@dataclass(frozen=True)
class TaggerLearnt(AbstractLearnt):
    tags: list[str]
    reader: TokenReader
    weights: TagWeights
    temperature: float

    def predict(self, rows: list[Row]) -> list[Row]:
        return [self._one(row["tokens"]) for row in rows]

    def predict_chances(self, rows: list[Row]) -> list[Row]:
        """Each tag's chance at each word of a row, in `chances`."""
        return [
            {"chances": dict(zip(self.tags, self._chances(row["tokens"]).T, strict=True))} for row in rows
        ]

    def _one(self, tokens: Sequence[str]) -> Row:
        if not len(tokens):
            return tagged_row((), (), None)
        emissions = self.weights.emissions(self.reader.features(tokens))
        best = self.weights.best(emissions)
        sure = self._at(emissions)[np.arange(len(best)), best]
        return tagged_row(tokens, [self.tags[tag] for tag in best], sure)

    def _chances(self, tokens: Sequence[str]) -> np.ndarray:
        """(tokens, tags)."""
        if not len(tokens):
            return np.zeros((0, len(self.tags)))
        return self._at(self.weights.emissions(self.reader.features(tokens)))

    def _at(self, emissions: np.ndarray) -> np.ndarray:
        return tag_chances(emissions, self.weights.steps, self.weights.start, self.temperature)

    def keep(self) -> Kept:
        facts = {"known": self.reader.names.known, "temperature": self.temperature}
        arrays: dict[str, np.ndarray] = {
            "weights": self.weights.features,
            "start": self.weights.start,
            "steps": self.weights.steps,
        }
        return Kept(facts, {"tags": self.tags, "features": list(self.reader.places)}, arrays)


def _told(progress: Progress, before: int, total: int, done: int) -> None:
    progress(say("text_baselines.passes", name=called("linear_tagger")), before + done, total)


Tagged: TypeAlias = tuple[list[list[str]], list[list[str]]]
"""Tokens and tags, sentence by sentence."""


def sentences_of(table: TextTable) -> Tagged:
    """Tokens and legal tags of each row that has a token."""
    pairs = [pair for pair in zip(table.frame["tokens"], table.frame["tags"], strict=True) if len(pair[0])]
    return [list(tokens) for tokens, _ in pairs], [mended(list(tags)) for _, tags in pairs]


def held_out(train: Tagged, dev: Tagged | None, seed: int) -> tuple[Tagged, Tagged]:
    """What is learnt from and what is judged by: dev, else a tenth of train; fewer than twenty sentences judge
    themselves.
    """
    if dev is not None and dev[0]:
        return train, dev
    if len(train[0]) < 20:
        return train, train
    order = np.random.default_rng(seed).permutation(len(train[0]))
    cut = len(order) // 10
    out, rest = (
        ([train[0][k] for k in part], [train[1][k] for k in part]) for part in (order[:cut], order[cut:])
    )
    return rest, out


def _held_name(held: Tagged, own: Tagged, dev: Tagged | None) -> str:
    """On which rows was chosen, for the card."""
    if held is own:
        return "train itself"
    return "dev" if held is dev else "a tenth of train"


def entity_f1(truth: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> float:
    """Exact spans of the right kind, over all rows."""
    right = wanted = given = 0
    for one, other in zip(truth, found, strict=True):
        a, b = set(spans(one)), set(spans(other))
        right, wanted, given = right + len(a & b), wanted + len(a), given + len(b)
    return 2 * right / (wanted + given) if wanted + given else 0.0


def _temperature(
    weights: TagWeights, judged: Sequence[np.ndarray], tags: Sequence[Sequence[str]], inventory: Sequence[str]
) -> float:
    """The one under which the held-out tags (at most 300 rows) are likeliest."""
    place = {tag: at for at, tag in enumerate(inventory)}
    pairs = [
        (weights.emissions(each), np.array([place.get(tag, place[OUTSIDE]) for tag in run]))
        for each, run in zip(judged[:300], tags[:300], strict=True)
        if len(run)
    ]

    def unlikelihood(temperature: float) -> float:
        total = 0.0
        for emissions, run in pairs:
            chances = tag_chances(emissions, weights.steps, weights.start, temperature)
            total -= float(np.log(np.clip(chances[np.arange(len(run)), run], 1e-12, 1)).sum())
        return total

    # Cooled only: a few held-out rows that are all right would have every tag certain.
    return best_temperature(unlikelihood, 1.0, 256.0)
