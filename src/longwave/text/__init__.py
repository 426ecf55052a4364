"""The text engine: tables of text become models that are fine-tuned, judged, shrunk and shipped.

    import longwave as lw
    model = lw.text.finetune(frame, task="classify", recipe="lora")     # kept in ./classify-lora, or out="model"
    model.predict(["The card never came."])

`corpus` reads and `audit` examines files, `tasks` say what a row means, `methods` which weights learn it, `settings` what
may be set; `learners` learn, `training` runs them, `score` judges, `checkpoints` keep, `export` shrinks, `portable` runs
without torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from longwave.text.bases import find_base as find_base
    from longwave.text.checkpoints.checkpoint import Checkpoint as Checkpoint
    from longwave.text.checkpoints.checkpoint import open_checkpoint as open_checkpoint
    from longwave.text.checkpoints.judged import compare as compare
    from longwave.text.checkpoints.judged import evaluate as evaluate
    from longwave.text.finetuned import FinetuneOptions as FinetuneOptions
    from longwave.text.finetuned import finetune as finetune
    from longwave.text.settings.recipe import Recipe as Recipe

_FACE = {
    "Checkpoint": "checkpoints.checkpoint",
    "FinetuneOptions": "finetuned",
    "Recipe": "settings.recipe",
    "compare": "checkpoints.judged",
    "evaluate": "checkpoints.judged",
    "find_base": "bases",
    "finetune": "finetuned",
    "open_checkpoint": "checkpoints.checkpoint",
}


def __getattr__(name: str) -> Any:
    """The room's face, imported when it is first asked for: torch is not wanted before."""
    if name not in _FACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FACE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_FACE)
