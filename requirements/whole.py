"""Says ``whole`` when this Python has every package that longwave needs, and longwave from this checkout.

The Makefile asks before it believes a stamp: a package may have been deleted, or the checkout moved.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

NEEDED = (
    "numpy scipy pandas pyarrow duckdb statsmodels statsforecast httpx pydantic typer rich jinja2 matplotlib "
    "fontTools openpyxl"
)

own = find_spec("longwave")
here = own is not None and Path(own.origin or "").resolve().is_relative_to(Path("src").resolve())
sys.stdout.write("whole\n" if here and all(find_spec(name) for name in NEEDED.split()) else "broken\n")
