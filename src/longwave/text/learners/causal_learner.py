"""A learner on a model that goes on with a text: replies in a conversation.

A conversation is laid out as plain lines (`who: what`), the reply's own beginning last; the loss is on the reply alone, and
the reply ends with the vocabulary's end sign. The layout is kept in head.json. Of a long conversation the end is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from longwave.core.errors import BadInput
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.bases import SCRATCH, Base
from longwave.text.learners import generative
from longwave.text.learners.writer_learner import WriterLearner
from longwave.text.scratch.writer import scratch_causal
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS

_MOST_SPEAKERS = 20


class CausalLearner(WriterLearner):
    """layout: max_length; told: the template, who replies, how it is asked (head.json's `head`)."""

    kind = "causal"
    auto = "AutoModelForCausalLM"

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        if self.tokenizer.pad_token_id is None:
            self.tokenizer.pad_token = self.tokenizer.eos_token

    @classmethod
    def start(cls, table: TextTable, recipe: Recipe, base: Base) -> CausalLearner:
        """Raises UsageError (no base, or one that does not write), BadInput (files that transformers does not load)."""
        task = TASKS.get(table.task)
        layout, told = task.layout(table, recipe), task.head(table, recipe)
        turns = table.frame["turns"].tolist()
        told |= {"replier": turns[0][-1][0], "speakers": _speakers(turns)}
        if base.name == SCRATCH:
            lines = [_filled(told["turn"], who, said) for each in turns for who, said in each]
            model, tokenizer = scratch_causal(lines, recipe)
        else:
            generative.check_kind(base, cls.kind, table.task)
            model, tokenizer = generative.load_writer(cls.auto, base, base.folder)
        if tokenizer.eos_token_id is None:
            raise BadInput(say("text_generation.no_end_sign", base=base.name))
        places = getattr(model.config, "max_position_embeddings", None)
        layout["max_length"] = min(int(layout["max_length"]), int(places or layout["max_length"]))
        writer = cls.writer(model, recipe)
        generative.change(writer, recipe)
        made = cls(writer, tokenizer, layout, told, table.task, recipe, base)
        lengths = [len(made._ids(f" {each[-1][1]}")) + 1 for each in turns]
        made.told |= generative.length_bounds(lengths, recipe)
        made.told["max_new_tokens"] = min(made.told["max_new_tokens"], layout["max_length"] // 2)
        return made

    def examples(self, table: TextTable) -> list[dict[str, Any]]:
        end, most = int(self.tokenizer.eos_token_id), int(self.told["max_new_tokens"])
        made = []
        for turns in table.frame["turns"]:
            prompt = self._prompt(turns[:-1], turns[-1][0])
            reply = [*self._ids(f" {turns[-1][1]}")[: most - 1], end]
            made.append({"input_ids": prompt + reply, "labels": [generative.IGNORED] * len(prompt) + reply})
        return made

    def predict(self, rows: Sequence[Row], progress: Progress | None = None) -> list[Row]:
        """The reply to each row's turns. The answer sought is not read: the last turn of a row that is `replied`, or of the
        one who replies."""
        features = [{"input_ids": self._prompt(*self._asked_of(row))} for row in rows]
        padding = int(self.tokenizer.pad_token_id)
        told = generative.written(
            self.model, features, self._asked(), padding=padding, left=True, progress=progress
        )
        texts = self.tokenizer.batch_decode(told, skip_special_tokens=True) if told else []
        return [{"text": self._one_turn(each)} for each in texts]

    def _asked_of(self, row: Row) -> tuple[Sequence[tuple[str, str]], str]:
        """What was said before the reply, and who replies."""
        turns, replier = list(row["turns"]), str(self.told["replier"])
        if row.get("replied"):
            return turns[:-1], turns[-1][0]
        return (turns[:-1] if turns and turns[-1][0] == replier else turns), replier

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _prompt(self, turns: Sequence[tuple[str, str]], replier: str) -> list[int]:
        """The end of the conversation, as many tokens of it as leave room for a reply."""
        said = "".join(_filled(self.told["turn"], who, what) for who, what in turns)
        ids = self._ids(said + _filled(self.told["reply"], replier, ""))
        begin = [] if self.tokenizer.bos_token_id is None else [int(self.tokenizer.bos_token_id)]
        room = int(self.layout["max_length"]) - int(self.told["max_new_tokens"]) - len(begin)
        return [*begin, *ids[-room:]]

    def _asked(self) -> dict[str, Any]:
        """Settings of a GenerationConfig."""
        return {
            "num_beams": self.recipe.num_beams or 1,
            "max_new_tokens": int(self.told["max_new_tokens"]),
            "min_new_tokens": 1,
            "no_repeat_ngram_size": int(self.told.get("no_repeat_ngram_size", 0)),
            "do_sample": False,
            "temperature": None,
            "top_p": None,
            "top_k": None,
            "max_length": None,
            "eos_token_id": int(self.tokenizer.eos_token_id),
            "pad_token_id": int(self.tokenizer.pad_token_id),
        }

    def _one_turn(self, text: str) -> str:
        """What stands before another speaker's turn would begin."""
        for who in self.told["speakers"]:
            text = text.partition("\n" + _filled(self.told["reply"], who, ""))[0]
        return text.strip()


def _filled(template: str, who: str, said: str) -> str:
    return template.replace("{who}", who).replace("{said}", said)


def _speakers(turns: Sequence[Sequence[tuple[str, str]]]) -> list[str]:
    """Who speaks, the most frequent first."""
    counted = Counter(who for each in turns for who, _ in each)
    return [who for who, _ in counted.most_common(_MOST_SPEAKERS)]
