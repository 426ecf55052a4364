"""The mean of the last epochs' weights, kept where dev does not say otherwise: the Trainer keeps as many states as that.

Izmailov et al. (2018), Averaging weights leads to wider optima and better generalization, UAI; of one run's checkpoints as
Vaswani et al. (2017) do.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor

from longwave.text.training.states import step_of


def mean_weights(files: list[Path]) -> dict[str, Tensor]:
    """Of numbers with a point; what counts in whole numbers is the last file's. Raises ValueError without a file."""
    if not files:
        raise ValueError("no weights to average")
    tables = [load_file(file) for file in files]
    return {
        name: sum(table[name] for table in tables) / len(tables) if value.is_floating_point() else value
        for name, value in tables[-1].items()
    }


def averaged(model: Any, state: Path, count: int, judge: Callable[[], float] | None, since: int = 0) -> bool:
    """Puts the mean of the last `count` checkpoints in `state` into the model, unless dev is worse for it. True if so.

    since: the step from which on a checkpoint counts (see `AbstractMethod.settled_at`)."""
    folders = sorted((each for each in state.glob("checkpoint-*") if step_of(each) >= since), key=step_of)
    files = [
        each / "model.safetensors" for each in folders[-count:] if (each / "model.safetensors").is_file()
    ]
    if len(files) < 2:
        return False
    before = {name: value.clone() for name, value in model.state_dict().items()}
    score = None if judge is None else judge()
    model.load_state_dict(mean_weights(files), strict=False)
    if judge is None or score is None or judge() >= score:
        return True
    model.load_state_dict(before)
    return False
