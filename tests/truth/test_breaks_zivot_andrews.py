"""Zivot and Andrews (1992), Table 6, on the real GNP of Nelson and Plosser (1982), 1909-1970.

Published: t = -5.58 with k = 8, break 1929 (last year of the old regime). Levels typed from Nelson and Plosser's
appendix (billions of 1958 dollars).
"""

import numpy as np
import pytest

from longwave.measure.breaks.unit_root import zivot_andrews

REAL_GNP = [
    116.8, 120.1, 123.2, 130.2, 131.4, 125.6, 124.5, 134.3, 135.2, 151.8, 146.4, 140.0, 127.8, 148.0, 165.9,
    165.5, 179.4, 190.0, 189.8, 190.9, 203.6, 183.5, 169.3, 144.2, 141.5, 154.3, 169.5, 193.0, 203.2, 192.9,
    209.4, 227.2, 263.7, 297.8, 337.1, 361.3, 355.2, 312.6, 309.9, 323.7, 324.1, 355.3, 383.4, 395.1, 412.8,
    407.0, 438.0, 446.1, 452.5, 447.3, 475.9, 487.7, 497.2, 529.8, 551.0, 581.0, 617.8, 658.1, 675.2, 706.6,
    724.7, 720.0,
]  # fmt: skip


def test_real_gnp_rejects_a_unit_root_with_a_break_in_1929() -> None:
    found = zivot_andrews(np.log(REAL_GNP), lags=8)
    assert found.statistic == pytest.approx(-5.58, abs=6e-3)
    assert found.statistic == pytest.approx(-5.5764, abs=1e-3)
    assert 1909 + found.position == 1929
    assert found.statistic < found.critical
