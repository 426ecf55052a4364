"""A model taken down as an ONNX graph, with any number of rows and tokens.

Encoder, head, word forms and whatever a method has put in are one graph: what `portable.batch.pad` makes goes in, logits
come out. A graph is kept only if its logits are torch's to 1e-4 on batches of unlike shape.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from longwave.core.errors import DataError
from longwave.core.message import say
from longwave.text.portable.batch import Arrays, pad
from longwave.text.portable.predictor import session
from longwave.text.portable.refused import Refused

OPSET = 20
CLOSE = 1e-4
"""How far a logit may lie from torch's, as a share of the greatest where that is above one."""

_SHAPES = ((1, 3), (1, 19), (5, 11), (3, 64), (8, 2))
"""Rows and tokens of the batches that a graph is proven on."""


class Positional(nn.Module):
    """The model with its inputs in an order, as a graph has them; only the logits come out."""

    def __init__(self, model: Any, names: Sequence[str]) -> None:
        super().__init__()
        self.model = model
        self.names = tuple(names)

    def forward(self, *inputs: Tensor) -> Tensor:
        found: Tensor = self.model(**dict(zip(self.names, inputs, strict=True)))["logits"]
        return found


def input_names(features: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the model is given of such features."""
    return tuple(pad(features[:1], 0))


def write_graph(
    model: Any, features: Sequence[Mapping[str, Any]], padding: int, path: Path, longest: int = 64
) -> None:
    """model: whose method is merged; features: a few of the task's own, which show what is given; longest: the most tokens
    that it is ever given.

    Raises DataError where the model cannot be taken down, or answers otherwise as a graph.
    """
    names = input_names(features)
    model = model.eval().cpu()
    example = made_batch(features, padding, 2, min(9, longest), np.random.default_rng(0))
    tensors = tuple(torch.from_numpy(example[name]) for name in names)
    rows, tokens = torch.export.Dim("rows", min=1), torch.export.Dim("tokens", min=2)
    shapes = tuple({0: rows, 1: tokens} for _ in names)
    attention = _plain_attention(model)
    try:
        program = _taken_down(Positional(model, names), tensors, shapes, names)
        program.save(str(path))
    except (torch.onnx.errors.OnnxExporterError, RuntimeError, TypeError, ValueError) as error:
        problem = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DataError(
            say("text_export.no_graph", problem=problem), say("text_export.no_graph_mend")
        ) from error
    finally:
        for config, kind in attention:
            config._attn_implementation = kind
    prove(model, features, padding, path, longest)


def _plain_attention(model: Any) -> list[tuple[Any, Any]]:
    """Attention written out, where a model can: the fused kernel's mask hangs on the batch's content, a graph's may not."""
    changed = []
    seen: set[int] = set()
    for module in model.modules():
        config = getattr(module, "config", None)
        kind = getattr(config, "_attn_implementation", None)
        if config is not None and kind == "sdpa" and id(config) not in seen:
            seen.add(id(config))
            changed.append((config, kind))
            config._attn_implementation = "eager"
    return changed


def _taken_down(model: nn.Module, tensors: Any, shapes: Any, names: Sequence[str]) -> Any:
    loud = [logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript", "onnx_ir")]
    levels = [each.level for each in loud]
    for each in loud:
        each.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")  # the exporter's own, of its parts that will go
            return torch.onnx.export(
                model, tensors, dynamo=True, dynamic_shapes=(shapes,), input_names=list(names),
                output_names=["logits"], opset_version=OPSET, external_data=False, verbose=False,
            )  # fmt: skip
    finally:
        for each, level in zip(loud, levels, strict=True):
            each.setLevel(level)


def prove(
    model: Any, features: Sequence[Mapping[str, Any]], padding: int, path: Path, longest: int = 64
) -> float:
    """The greatest distance of a logit from torch's, over batches of unlike shape.

    Raises DataError where it is above `CLOSE`."""
    session = open_graph(path)
    rng = np.random.default_rng(1)
    batches = [made_batch(features, padding, rows, min(tokens, longest), rng) for rows, tokens in _SHAPES]
    batches.append(pad(features, padding))
    worst = 0.0
    for batch in batches:
        with torch.inference_mode():
            mine = model(**{name: torch.from_numpy(each) for name, each in batch.items()})["logits"].numpy()
        other = run_graph(session, batch)
        if other.shape != mine.shape:
            raise DataError(say("text_export.other_logits", gap="–"))
        scale = max(1.0, float(np.abs(mine[np.abs(mine) < 1e3]).max(initial=0.0)))
        worst = max(worst, float(np.abs(other - mine).max()) / scale)
    if not worst <= CLOSE:
        raise DataError(say("text_export.other_logits", gap=f"{worst:.2g}"))
    return worst


def open_graph(path: Path, threads: int = 1) -> Any:
    """Raises DataError for a file that is no graph, or not a whole one."""
    try:
        return session(path, threads)
    except Refused as error:
        raise DataError(say("text_export.broken_graph", path=str(path))) from error


def run_graph(session: Any, batch: Arrays) -> NDArray[np.float32]:
    """Logits of a batch; what the graph does not take is left out."""
    taken = {each.name for each in session.get_inputs()}
    found: NDArray[np.float32] = session.run(
        ["logits"], {name: each for name, each in batch.items() if name in taken}
    )[0]
    return found


def made_batch(
    features: Sequence[Mapping[str, Any]], padding: int, rows: int, tokens: int, rng: np.random.Generator
) -> Arrays:
    """Rows of any length up to `tokens` with numbers as the given features have them, in no order: a graph must serve
    those that it was not taken down with."""
    made = []
    for place in range(rows):
        length = tokens if place == 0 else int(rng.integers(1, tokens + 1))
        like = features[place % len(features)]
        feature = {}
        for name in input_names([like]):
            if name != "attention_mask":
                pool = like[name]
                feature[name] = [pool[at] for at in rng.integers(0, len(pool), length)]
        made.append(feature)
    return pad(made, padding)
