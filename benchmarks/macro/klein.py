"""Klein's Model I estimated by every system method: ours beside linearmodels, and their ratio.

Milliseconds of processor time an estimate. Ours starts from the model's text already read, and includes binding, sample,
instruments, tests and the result; theirs from tables already made, to coefficients and standard errors. Both after one
warm-up; best of seven. Run with OMP_NUM_THREADS=1. Klein's table lies in tests/truth/test_klein.py.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.truth.test_klein import TABLE
from tests.truth.test_klein_system import KLEIN

from longwave.macro.databank import Databank
from longwave.macro.estimate.system import estimate_system
from longwave.macro.language.read import read_model

REGRESSORS = {"C": ["one", "P", "P1", "W"], "I": ["one", "P", "P1", "K1"], "Wp": ["one", "X", "X1", "A"]}
INSTRUMENTS = ["one", "P1", "K1", "A", "X1", "Wg", "G", "T"]


def table() -> pd.DataFrame:
    rows = [line.split() for line in TABLE.strip().splitlines()]
    frame = pd.DataFrame(rows[1:], columns=rows[0]).astype(float)
    frame.index = pd.Index(frame.pop("year").astype(int))
    frame["K"] = frame.pop("Klag") + frame["I"]
    frame["A"] = frame.index - 1931.0
    return frame


def best(work: Callable[[], object]) -> float:
    """Milliseconds of the quickest of seven runs after one."""
    work()
    times = []
    for _ in range(7):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000.0 * min(times)


def theirs() -> dict[str, Callable[[], object]]:
    from linearmodels.system import IV3SLS, SUR

    wide = table()
    wide["P1"], wide["K1"], wide["X1"] = (wide[name].shift(1) for name in ("P", "K", "X"))
    wide["one"], wide["W"] = 1.0, wide["Wp"] + wide["Wg"]
    wide = wide.iloc[1:]
    plain = {name: {"dependent": wide[name], "exog": wide[right]} for name, right in REGRESSORS.items()}
    staged = {
        name: {
            "dependent": wide[name],
            "exog": wide[[each for each in right if each in INSTRUMENTS]],
            "endog": wide[[each for each in right if each not in INSTRUMENTS]],
            "instruments": wide[[each for each in INSTRUMENTS if each not in right]],
        }
        for name, right in REGRESSORS.items()
    }
    loop = {"iterate": True, "iter_limit": 1000, "tol": 1e-13}
    return {
        "2sls": lambda: IV3SLS(staged).fit(method="ols", cov_type="unadjusted"),
        "3sls": lambda: IV3SLS(staged).fit(cov_type="unadjusted"),
        "i3sls": lambda: IV3SLS(staged).fit(cov_type="unadjusted", **loop),
        "sur": lambda: SUR(plain).fit(method="gls", cov_type="unadjusted"),
        "isur": lambda: SUR(plain).fit(method="gls", cov_type="unadjusted", **loop),
    }


def main() -> None:
    model, bank = read_model(KLEIN), Databank.from_frame(table())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package on short samples
        peers = theirs()
        print(f"{'method':8}{'ours, ms':>10}{'linearmodels, ms':>18}{'ratio':>8}")
        for method in ("2sls", "sur", "isur", "3sls", "i3sls", "fiml"):
            ours = best(lambda method=method: estimate_system(model, bank, method=method))
            if method not in peers:
                print(f"{method:8}{ours:10.1f}{'has none':>18}")
                continue
            other = best(peers[method])
            print(f"{method:8}{ours:10.1f}{other:18.1f}{other / ours:8.1f}")


if __name__ == "__main__":
    main()
