"""A learner on a model that reads one text and writes another: translations, summaries in words of its own.

Any base that `AutoModelForSeq2SeqLM` loads, or a small one from scratch. While it learns, dev is answered greedily; settled,
it searches with as many beams as the recipe says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from longwave.core.errors import BadInput
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.bases import SCRATCH, Base
from longwave.text.learners import generative
from longwave.text.learners.writer_learner import WriterLearner
from longwave.text.scratch.writer import scratch_seq2seq
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS

BEAMS = 4


class Seq2SeqLearner(WriterLearner):
    """layout: source and target (columns), max_length; told: how it is asked (head.json's `head`)."""

    kind = "seq2seq"
    auto = "AutoModelForSeq2SeqLM"

    @classmethod
    def start(cls, table: TextTable, recipe: Recipe, base: Base) -> Seq2SeqLearner:
        """Raises UsageError (no base, or one that does not write), BadInput (files that transformers does not load)."""
        task = TASKS.get(table.task)
        layout, told = task.layout(table, recipe), task.head(table, recipe)
        if base.name == SCRATCH:
            pairs = table.frame[[layout["source"], layout["target"]]]
            model, tokenizer = scratch_seq2seq(pairs.to_numpy().ravel().tolist(), recipe)
        else:
            generative.check_kind(base, cls.kind, table.task)
            model, tokenizer = generative.load_writer(cls.auto, base, base.folder)
        layout["max_length"] = _room(model, int(layout["max_length"]))
        writer = cls.writer(model, recipe)
        generative.change(writer, recipe)
        made = cls(writer, tokenizer, layout, {**told, "num_beams": 1}, table.task, recipe, base)
        lengths = [len(each) for each in made._targets(list(table.frame[str(layout["target"])]))]
        made.told |= generative.length_bounds(lengths, recipe, share=float(told.get("least_share", 0.0)))
        return made

    def examples(self, table: TextTable) -> list[dict[str, Any]]:
        sources = self._sources(table.rows())
        targets = self._targets(table.frame[self.layout["target"]].tolist())
        return [{"input_ids": a, "labels": b} for a, b in zip(sources, targets, strict=True)]

    def predict(self, rows: Sequence[Row], progress: Progress | None = None) -> list[Row]:
        features = [{"input_ids": each} for each in self._sources(rows)]
        told = generative.written(
            self.model, features, self._asked(), padding=self.tokenizer.pad_token_id, progress=progress
        )
        texts = self.tokenizer.batch_decode(told, skip_special_tokens=True) if told else []
        return [{"text": each.strip()} for each in texts]

    def tune(self, dev: TextTable) -> None:
        self.told["num_beams"] = self.recipe.num_beams or BEAMS

    def _sources(self, rows: Sequence[Row]) -> list[list[int]]:
        if self.told.get("source_language"):
            self.tokenizer.src_lang = self.told["source_language"]
        texts = [str(self.told.get("prefix", "")) + str(row[self.layout["source"]]) for row in rows]
        return (
            self._ids(self.tokenizer(texts, truncation=True, max_length=self.layout["max_length"]))
            if texts
            else []
        )

    def _targets(self, texts: Sequence[str]) -> list[list[int]]:
        if self.told.get("target_language"):
            self.tokenizer.tgt_lang = self.told["target_language"]
        most = self.layout["max_length"]
        return self._ids(self.tokenizer(text_target=list(texts), truncation=True, max_length=most))

    def _ids(self, told: Any) -> list[list[int]]:
        return [list(each) for each in told["input_ids"]]

    def _asked(self) -> dict[str, Any]:
        """Settings of a GenerationConfig."""
        asked = {
            "num_beams": int(self.told["num_beams"]),
            "max_new_tokens": int(self.told["max_new_tokens"]),
            "min_new_tokens": int(self.told["min_new_tokens"]),
            "no_repeat_ngram_size": int(self.told.get("no_repeat_ngram_size", 0)),
            "do_sample": False,
            "max_length": None,
            "early_stopping": int(self.told["num_beams"]) > 1,
        }
        if self.told.get("target_language"):
            asked["forced_bos_token_id"] = self._language(str(self.told["target_language"]))
        return asked

    def _language(self, code: str) -> int:
        """The token by which a many-language base is told what to write in. Raises BadInput."""
        if hasattr(self.tokenizer, "get_lang_id"):
            known = self.tokenizer.lang_code_to_id
            if code in known:
                return int(self.tokenizer.get_lang_id(code))
        else:
            found = self.tokenizer.convert_tokens_to_ids(code)
            if found is not None and found != self.tokenizer.unk_token_id:
                return int(found)
        raise BadInput(say("text_generation.no_language", code=code, base=self.base.name))


def _room(model: Any, wanted: int) -> int:
    """Tokens that the model has places for."""
    places = getattr(model.config, "max_position_embeddings", None)
    return min(wanted, int(places)) if places else wanted
