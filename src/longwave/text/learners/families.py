"""Which learner serves a task: each family of models is one file."""

from __future__ import annotations

from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.task import TASKS


def learner_of(task: str) -> Any:
    """The class of learners of a task's family, with `start` and `load`. Raises UsageError for one that learns nothing."""
    family = TASKS.get(task).family
    if family == "encoder":
        from longwave.text.learners.encoder_learner import EncoderLearner

        return EncoderLearner
    if family == "seq2seq":
        from longwave.text.learners.seq2seq_learner import Seq2SeqLearner

        return Seq2SeqLearner
    if family == "causal":
        from longwave.text.learners.causal_learner import CausalLearner

        return CausalLearner
    if family == "extract":
        from longwave.text.learners.extract_learner import SummaryLearner

        return SummaryLearner
    raise UsageError(say("text_engine.no_learner", task=task))
