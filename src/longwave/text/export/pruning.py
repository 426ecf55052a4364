"""How much is pruned: as much as was asked, or the greatest share that rows beside the test bear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.text.export.gate import MOST_LOST, judged_beside
from longwave.text.export.pruned import ROWS, answering, parts_of, pruned, weigh
from longwave.text.export.rows import FEWEST, ExportRows, halved
from longwave.text.learners.encoder_learner import EncoderLearner
from longwave.text.portable.batch import BATCH_TOKENS, batches

SHARES = (0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
MOST_TRIED = 256


@dataclass(frozen=True, eq=False)
class Pruning:
    """model: what is left; share: of the weights within reach that went; parameters: before and after; tried: share ->
    what it lost on the rows beside the test, in the gate's score."""

    model: Any
    share: float
    parameters: tuple[int, int]
    tried: dict[float, float]

    def as_dict(self) -> dict[str, Any]:
        tried = {str(share): lost for share, lost in self.tried.items()}
        return {"share": self.share, "parameters": list(self.parameters), "lost_beside_the_test": tried}


def prune(
    learner: EncoderLearner,
    model: Any,
    rows: ExportRows,
    *,
    share: float | None = None,
    heads: bool = True,
    progress: Progress = silent,
) -> Pruning:
    """model: whose method is merged; rows: of which only those beside the test are looked at; heads: whether whole heads
    may go. Raises UsageError (a share that is none, an architecture that cannot be pruned), NotEnoughData."""
    if share is not None and not 0 < share < 1:
        raise UsageError(say("text_export.bad_share", share=str(share)))
    if len(rows.other) < FEWEST:
        raise NotEnoughData(
            say("text_export.few_beside", rows=len(rows.other), fewest=FEWEST),
            say("text_export.few_beside_mend"),
        )
    learnt, held = halved(rows.other)
    held = held.take(range(min(len(held), MOST_TRIED)))
    parts = parts_of(model.encoder, heads=heads)
    features = learner.features(learnt.rows())
    groups = [
        places[k : k + ROWS]
        for places in batches(features, BATCH_TOKENS)
        for k in range(0, len(places), ROWS)
    ]
    matters = weigh(
        model,
        [learner.collate([features[place] for place in places]) for places in groups],
        parts,
        learner.recipe.seed,
    )
    own = learner.predict(held.rows())
    tried: dict[float, float] = {}
    wanted = SHARES if share is None else (share,)
    for place, each in enumerate(wanted):
        progress(say("text_export.pruning"), place, len(wanted))
        made = pruned(model, heads, matters, each)
        with answering(learner, made):
            tried[each] = judged_beside(held, own, learner.predict(held.rows())).lost
        if tried[each] <= MOST_LOST:
            break
    return Pruning(made, each, (_count(model), _count(made)), tried)


def _count(model: Any) -> int:
    return sum(int(each.numel()) for each in model.parameters())
