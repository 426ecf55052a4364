"""Optimal policy on the Federal Reserve's FRB/US model, and linear-quadratic control beside quantecon.

Run: python benchmarks/macro/optimal_policy.py FOLDER_OF_FRBUS (model.xml and the LONGBASE table). Without a folder only
the second part runs; quantecon is compared where it is installed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from longwave.core.period import Period
from longwave.macro.control.commitment import ControlOptions, optimise
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.lq import LinearQuadratic, finite_rules, lasting_rule
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.result import OptimalPolicy
from longwave.macro.databank import Databank
from longwave.macro.model import Model
from longwave.macro.solve import add_factors_for

FIRST = Period.parse("2040-Q1")
SPAN = (FIRST, FIRST + 39)


def frbus(folder: Path, expectations: str) -> tuple[Model, Databank]:
    from longwave.macro.interop.frbus import read_frbus, read_longbase

    imported = read_frbus(folder / "model.xml", expectations)
    data = imported.complete(read_longbase(next(folder.glob("longbase*.csv.gz"))))
    data = data.with_columns({"dfpdbt": np.zeros(len(data.values)), "dfpsrp": np.ones(len(data.values))})
    return imported.model, add_factors_for(imported.model, data, FIRST + -4, FIRST + 120)


def timed(call: Callable[[], OptimalPolicy], times: int = 5) -> tuple[float, float, OptimalPolicy]:
    """(first CPU seconds, median of the later ones, result)"""
    seconds = []
    for _ in range(times):
        began = time.process_time()
        found = call()
        seconds.append(time.process_time() - began)
    return seconds[0], float(np.median(seconds[1:] or seconds)), found


def on_frbus(folder: Path) -> None:
    costs = (PolicyCost("rff", move=0.5), PolicyCost("egfe.add", level=100.0, move=100.0))
    loss = Loss((PolicyTarget("lur", 4.0), PolicyTarget("picxfe", 2.0)), costs, 0.99, SPAN)
    add = [PolicyInstrument("rffintay.add", periods=SPAN), PolicyInstrument("egfe.add", periods=SPAN)]
    bound = [PolicyInstrument("rff", 2.44, 2.6, SPAN), PolicyInstrument("egfe.add", -0.0005, 0.0015, SPAN)]
    print("FRB/US, 2 policy instruments x 40 quarters; CPU seconds, reading and binding left out")
    print(f"{'case':<44}{'first':>9}{'warm':>9}{'iter':>6}{'KKT':>10}{'residual':>10}{'loss':>20}")
    cases = [
        ("backward, 40 quarters", "var", 39, add, "commitment", "exact", 5),
        ("backward, bounds (interest rate set)", "var", 39, bound, "commitment", "exact", 5),
        ("backward, by perturbed solves", "var", 39, add, "commitment", "perturbed", 1),
        ("forward-looking (mcap+wp), 80 quarters solved", "mcap+wp", 79, add, "commitment", "exact", 3),
        ("the same, discretion", "mcap+wp", 79, add, "discretion", "exact", 1),
    ]
    for name, expectations, steps, instruments, method, responses, times in cases:
        model, data = frbus(folder, expectations)
        first, warm, found = timed(
            lambda: optimise(
                model, data, FIRST, FIRST + steps, loss, instruments, method=method,  # noqa: B023
                control=ControlOptions(responses=responses, tolerance=1e-9 if responses == "exact" else 1e-6),  # noqa: B023
            ),
            times,
        )  # fmt: skip
        losses = f"{found.loss_before:.4g} -> {found.loss_after:.4g}"
        residual = found.certificate.residual
        print(
            f"{name:<44}{first:>9.3f}{warm:>9.3f}{found.iterations:>6}{found.kkt:>10.1e}{residual:>10.1e}{losses:>20}"
        )


def beside_quantecon() -> None:
    random = np.random.default_rng(0)
    n, m = 20, 3
    transition = random.normal(size=(n, n))
    transition *= 0.99 / np.max(np.abs(np.linalg.eigvals(transition)))
    push = random.normal(size=(n, m))
    problem = LinearQuadratic(transition, push, np.eye(n), np.eye(m), discount=0.97)

    def seconds(call: Callable[[], object]) -> float:
        call()
        began = time.process_time()
        for _ in range(20):
            call()
        return (time.process_time() - began) / 20

    ours = (seconds(lambda: lasting_rule(problem)), seconds(lambda: finite_rules(problem, 100)))
    print(
        f"\nlinear-quadratic, {n} states, {m} policy instruments: "
        f"infinite horizon {ours[0]:.2e} s, 100 periods {ours[1]:.2e} s"
    )
    try:
        from quantecon import LQ
    except ImportError:
        print("quantecon is not installed here")
        return

    def finite() -> None:
        LQ(problem.R, problem.Q, transition, push, beta=0.97, T=100, Rf=np.zeros((n, n))).compute_sequence(
            np.ones(n)
        )

    infinite = LQ(problem.R, problem.Q, transition, push, beta=0.97)
    theirs = (seconds(infinite.stationary_values), seconds(finite))
    gap = np.max(np.abs(infinite.stationary_values()[1] - lasting_rule(problem).F))
    print(f"quantecon: {theirs[0]:.2e} s and {theirs[1]:.2e} s; rules differ by {gap:.1e}")
    print(f"ratios, theirs over ours: {theirs[0] / ours[0]:.1f} and {theirs[1] / ours[1]:.1f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        on_frbus(Path(sys.argv[1]))
    beside_quantecon()
