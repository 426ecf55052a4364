"""Eight bits for weights, one scale an output channel; what goes through a layer is rounded as it comes (dynamic).

w ~ s_c q, q in -127 ... 127, s_c = max |w_c| / 127. One scale for a whole matrix would be set by its widest row, and cost .2
points where measured; one a channel costs next to nothing. Jacob et al. (2018), CVPR; Wu et al. (2020), arXiv 2004.09602.
"""

from __future__ import annotations

import logging
from pathlib import Path

from longwave.core.errors import DataError
from longwave.core.message import say


def write_quantised(path: Path, out: Path) -> None:
    """The graph at `path` with weights of eight bits, at `out`. Raises DataError for a graph that cannot be read."""
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from onnxruntime.quantization import QuantType, quantize_dynamic

    try:
        graph = onnx.load(str(path))
    except DecodeError as error:
        raise DataError(say("text_export.broken_graph", path=str(path))) from error
    # Shapes that the exporter wrote down no longer fit the nodes that are put in, and the runtime's own are enough.
    del graph.graph.value_info[:]
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # it advises a step that this graph has behind it
    try:
        quantize_dynamic(
            graph, str(out), per_channel=True, weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
    finally:
        logger.setLevel(level)
