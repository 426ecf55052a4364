"""Eight bits for weights, one scale an output channel; what goes through a layer is rounded as it comes (dynamic).

w ~ s_c q, q in -127 ... 127, s_c = max |w_c| / 127. One scale for a whole matrix would be set by its widest row, and cost .2
points where measured; one a channel costs next to nothing. Jacob et al. (2018), CVPR; Wu et al. (2020), arXiv 2004.09602.

Where that loses too much, parts are kept in single precision, step by step (`STEPS`): first the table of embeddings, which
has one scale for all words; then the maps back from the inner numbers of the feed-forward parts, through which the widest
numbers go; then the first and the last layer too.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from longwave.core.errors import DataError
from longwave.core.message import say
from longwave.text.training.processor import multiplies_bytes

Step: TypeAlias = Literal["all", "maps", "without_inner", "without_ends"]
STEPS: tuple[Step, ...] = get_args(Step)
"""all: every weight in eight bits; maps: not the embeddings; without_inner, without_ends: as above, each with what the step
before it kept."""


def write_quantised(path: Path, out: Path, hidden: int = 0, step: Step = "all") -> None:
    """The graph at `path` with weights of eight bits, at `out`. hidden: numbers of a state, by which the parts are told.

    Raises DataError for a graph that cannot be read."""
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from onnxruntime.quantization import QuantType, quantize_dynamic

    try:
        graph = onnx.load(str(path))
    except DecodeError as error:
        raise DataError(say("text_export.broken_graph", path=str(path))) from error
    # Shapes that the exporter wrote down no longer fit the nodes that are put in, and the runtime's own are enough.
    del graph.graph.value_info[:]
    for place, node in enumerate(graph.graph.node):
        node.name = node.name or f"node_{place}"  # by which it is left out
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # it advises a step that this graph has behind it
    try:
        quantize_dynamic(
            graph, str(out), per_channel=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"] if step == "all" else ["MatMul"],
            nodes_to_exclude=kept_whole(graph.graph, hidden, step),
            # without instructions for it, a sum of two products of bytes can run over: seven bits then
            reduce_range=not multiplies_bytes(),
            extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
    finally:
        logger.setLevel(level)


def kept_whole(graph: Any, hidden: int, step: Step) -> list[str]:
    """Names of the maps that a step leaves in single precision."""
    if step in ("all", "maps"):
        return []
    shapes = {each.name: tuple(each.dims) for each in graph.initializer}
    maps = [
        node for node in graph.node if node.op_type == "MatMul" and len(shapes.get(node.input[1], ())) == 2
    ]
    back = [place for place, node in enumerate(maps) if _from_inner(shapes[node.input[1]], hidden)]
    kept = set(back)
    if step == "without_ends" and back:
        last = back[-2] + 1 if len(back) > 1 else 0
        kept |= {*range(back[0] + 1), *range(last, len(maps))}
    return [maps[place].name for place in sorted(kept)]


def _from_inner(shape: Sequence[int], hidden: int) -> bool:
    """Whether a map goes from inner numbers back to a state."""
    return shape[1] == hidden and shape[0] != hidden
