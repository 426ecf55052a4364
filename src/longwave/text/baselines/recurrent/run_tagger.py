"""Trains and runs the recurrent tagger on plain lists and arrays, on one thread, by seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from longwave.text.baselines.bio import barriers
from longwave.text.baselines.linear_tagger import entity_f1
from longwave.text.baselines.recurrent.learning import Pace, arrays_of, fill, fits, learn
from longwave.text.baselines.recurrent.run import one_thread
from longwave.text.baselines.recurrent.tagger import (
    LONGEST_WORD,
    Sentence,
    Tagger,
    TaggerSize,
    tagger_batch,
)
from longwave.text.baselines.recurrent.words import UNKNOWN, Vocabulary, buckets
from longwave.text.portable.decode import best_path
from longwave.text.portable.shapes import form
from longwave.text.portable.units import plain

UNSEEN = -100
"""What cross-entropy passes over: padding."""


@dataclass(frozen=True)
class TokenVocabularies:
    words: Vocabulary
    characters: Vocabulary
    shapes: Vocabulary

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]]) -> TokenVocabularies:
        return cls(
            Vocabulary.of(([plain(token) for token in each] for each in sentences), 1, 50_000),
            Vocabulary.of((token for each in sentences for token in each), 1, 10_000),
            Vocabulary.of(([form(token) for token in each] for each in sentences), 2, 2_000),
        )

    def read(self, tokens: Sequence[str]) -> Sentence:
        letters = np.zeros((len(tokens), LONGEST_WORD), dtype=np.int64)
        for place, token in enumerate(tokens):
            numbers = self.characters.numbers(token[:LONGEST_WORD])
            letters[place, : len(numbers)] = numbers
        return Sentence(
            self.words.numbers([plain(token) for token in tokens]),
            self.shapes.numbers([form(token) for token in tokens]),
            letters,
        )

    def lists(self) -> dict[str, list[str]]:
        return {
            "words": list(self.words.places),
            "characters": list(self.characters.places),
            "shapes": list(self.shapes.places),
        }

    @classmethod
    def from_lists(cls, lists: dict[str, list[str]]) -> TokenVocabularies:
        made = {
            name: Vocabulary({word: place for place, word in enumerate(lists[name], start=2)})
            for name in ("words", "characters", "shapes")
        }
        return cls(**made)


@dataclass(frozen=True)
class TrainedTagger:
    vocabularies: TokenVocabularies
    size: TaggerSize
    arrays: dict[str, np.ndarray]
    score: float
    passes: int


def train_tagger(
    sentences: Sequence[Sequence[str]],
    tags: Sequence[Sequence[str]],
    held: tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]],
    inventory: Sequence[str],
    seed: int,
    watch: Callable[[int, int], None],
) -> TrainedTagger:
    """held: sentences and tags by which it stops. Sentences have at least one token."""
    vocabularies = TokenVocabularies.of(sentences)
    size = TaggerSize(
        vocabularies.words.size,
        vocabularies.characters.size,
        vocabularies.shapes.size,
        100,
        128,
        len(inventory),
    )
    read = [vocabularies.read(each) for each in sentences]
    place = {tag: at for at, tag in enumerate(inventory)}
    wanted = [torch.tensor([place[tag] for tag in run]) for run in tags]
    rng = np.random.default_rng(seed)
    rare = _rare(sentences, vocabularies.words)
    with one_thread(seed):
        network = Tagger(size)
        measure = nn.CrossEntropyLoss(ignore_index=UNSEEN)

        def loss_of(places: np.ndarray) -> torch.Tensor:
            # A word that train has once is unknown every other time: the network must learn what to do without it.
            batch = [_forgetting(read[k], rare, rng) for k in places]
            targets = nn.utils.rnn.pad_sequence([wanted[k] for k in places], True, UNSEEN)
            return measure(network(*tagger_batch(batch)).transpose(1, 2), targets)

        def score() -> float:
            found = _scores(network, [vocabularies.read(each) for each in held[0]])
            return entity_f1(held[1], [decoded(each, inventory) for each in found])

        pace = Pace(int(np.clip(120_000 // len(read), 6, 40)), 32 if len(read) >= 2000 else 8, 2e-3, 3)
        best, passes = learn(network, [len(each) for each in sentences], loss_of, score, pace, seed, watch)
    return TrainedTagger(vocabularies, size, arrays_of(network), best, passes)


def tagger_scores(
    vocabularies: TokenVocabularies,
    size: dict[str, int],
    arrays: dict[str, np.ndarray],
    sentences: Sequence[Sequence[str]],
) -> list[np.ndarray]:
    """Log probabilities of tags (tokens, tags) of each sentence; none may be empty."""
    with one_thread(0):
        network = Tagger(TaggerSize(**size))
        fill(network, arrays)
        return _scores(network, [vocabularies.read(each) for each in sentences])


def tagger_fits(vocabularies: TokenVocabularies, size: dict[str, int], arrays: dict[str, np.ndarray]) -> bool:
    wanted = TaggerSize(**size)
    own = (vocabularies.words.size, vocabularies.characters.size, vocabularies.shapes.size)
    with torch.device("meta"):
        return own == (wanted.words, wanted.characters, wanted.shapes) and fits(Tagger(wanted), arrays)


def decoded(scores: np.ndarray, inventory: Sequence[str]) -> list[str]:
    """The best legal run."""
    return [inventory[tag] for tag in best_path(scores, *barriers(inventory))]


def _scores(network: Tagger, sentences: list[Sentence]) -> list[np.ndarray]:
    found: list[np.ndarray] = [np.zeros((0, 0))] * len(sentences)
    with torch.no_grad():
        for places in buckets([len(each.words) for each in sentences], 64, None):
            batch = [sentences[k] for k in places]
            scores = network(*tagger_batch(batch)).log_softmax(dim=2).numpy().astype(float)
            for k, each, row in zip(places, batch, scores, strict=True):
                found[k] = row[: len(each.words)]
    return found


def _rare(sentences: Sequence[Sequence[str]], words: Vocabulary) -> np.ndarray:
    """Whether a place's word stands in train once; (places,)."""
    counts = np.bincount(
        np.concatenate([words.numbers([plain(token) for token in each]) for each in sentences]),
        minlength=words.size,
    )
    return np.asarray(counts == 1)


def _forgetting(sentence: Sentence, rare: np.ndarray, rng: np.random.Generator) -> Sentence:
    forget = rare[sentence.words] & (rng.random(len(sentence.words)) < 0.5)
    return Sentence(np.where(forget, UNKNOWN, sentence.words), sentence.shapes, sentence.characters)
