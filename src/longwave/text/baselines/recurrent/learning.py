"""The loop of the recurrent baselines: passes over length buckets, Adam, early stopping.

Own, and forty lines, because transformers' Trainer wants a tokenizer, a collator and a configuration of its own kind
for what is a baseline of two layers; fine-tuning of real models goes through Trainer and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from longwave.text.baselines.recurrent.words import buckets


@dataclass(frozen=True, slots=True)
class Pace:
    """passes: at most; batch: rows; rate: Adam's step at the start, a fifth of it at the last pass; patience:
    passes without gain.
    """

    passes: int
    batch: int
    rate: float
    patience: int = 2


def learn(
    network: nn.Module,
    lengths: list[int],
    loss_of: Callable[[np.ndarray], Tensor],
    judge: Callable[[], float],
    pace: Pace,
    seed: int,
    watch: Callable[[int, int], None],
) -> tuple[float, int]:
    """Trains in place and leaves the weights of the pass that judged best. Returns its score and number.

    loss_of: mean loss of a batch of places; judge: higher is better; watch: batches done, of how many at most.
    """
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(network.parameters(), lr=pace.rate)
    per_pass = -(-len(lengths) // pace.batch)
    total, done = per_pass * pace.passes, 0
    best, best_pass, kept = -np.inf, 0, _copy(network)
    for count in range(1, pace.passes + 1):
        network.train()
        for places in buckets(lengths, pace.batch, rng):
            for group in optimiser.param_groups:
                group["lr"] = pace.rate * (1.0 - 0.8 * done / total)
            optimiser.zero_grad()
            loss_of(places).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            done += 1
            watch(done, total)
        network.eval()
        with torch.no_grad():
            score = judge()
        if score > best:
            best, best_pass, kept = score, count, _copy(network)
        elif count - best_pass >= pace.patience:
            break
    network.load_state_dict(kept)
    network.eval()
    return float(best), best_pass


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def arrays_of(network: nn.Module) -> dict[str, np.ndarray]:
    return {name: value.detach().numpy().copy() for name, value in network.state_dict().items()}


def fits(network: nn.Module, arrays: dict[str, np.ndarray]) -> bool:
    """Whether these arrays are this network's, by name and shape."""
    own = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    return own == {name: tuple(array.shape) for name, array in arrays.items()}


def fill(network: nn.Module, arrays: dict[str, np.ndarray]) -> None:
    network.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in arrays.items()})
    network.eval()
