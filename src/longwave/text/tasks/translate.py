"""Translation: a text to its like in another language; which way, the columns say."""

from __future__ import annotations

from longwave.core.message import Names
from longwave.text.task import TASKS
from longwave.text.tasks.rewriting import RewritingTask


class Translate(RewritingTask):
    """Needs a base that reads and writes, or begins from scratch."""

    name = "translate"
    names = Names("Translation", "翻译")
    family = "seq2seq"
    epochs = 3.0
    written = "target"
    longest = 128


TRANSLATE = TASKS.register("translate")(Translate())
