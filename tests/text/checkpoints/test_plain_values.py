"""What JSON has not becomes what it has."""

import json

import numpy as np
import pandas as pd

from longwave.text.checkpoints.plain_values import plain


def test_numbers_tables_and_what_is_no_number() -> None:
    table = pd.DataFrame({"n": [1, 2], "f1": [0.5, np.nan], "names": [("a", "b"), ()]})
    found = plain(
        {"table": table, 3: np.float32(0.25), "all": (np.int64(7), float("inf"), np.array([1.0, np.nan]))}
    )
    assert found == {
        "table": [{"n": 1, "f1": 0.5, "names": ["a", "b"]}, {"n": 2, "f1": None, "names": []}],
        "3": 0.25,
        "all": [7, None, [1.0, None]],
    }
    assert json.loads(json.dumps(found, allow_nan=False)) == found
