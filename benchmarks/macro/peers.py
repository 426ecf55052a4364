"""Ours beside other packages in one run, as ratios of processor time, and whether the answers are the same.

    python benchmarks/macro/peers.py [--data FOLDER] [--numba]

FOLDER holds `modelflow/pak.pcim` (the World Bank's model of Pakistan) and `frbus` (the Federal Reserve's model.xml and
LONGBASE); by default beside the checkout (LONGWAVE_PACKS). Peers that are not installed are named and skipped: modelflowib,
linearmodels, quantecon (the last two bring or want numba). Every figure is the quickest of several warm runs with one
thread: ours and theirs in the same process, on the same figures. Ours includes the certificate of the solution.

- Pakistan, 303 equations, 2023-2030: the policy rate one point higher; ModelFlow's Gauss-Seidel (sim) and Newton.
- FRB/US, 284 equations, backward-looking, 24 quarters from 2040: the Federal Reserve's equations handed to ModelFlow as
  text, solved for their variables, with the add-factors that make LONGBASE a solution; a shock of a point to the rule.
- Klein's Model I by two and three stage least squares against linearmodels; linear-quadratic control against quantecon.

Two peers do not install beside current packages; what was published for them stands apart, from another machine.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import os
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.tree import Apply, Expression, Name, Number, walk
from longwave.macro.language.write import write_expression
from longwave.macro.model import Model
from longwave.macro.solve import add_factors_for, bound, solve

PACKS = Path(os.environ.get("LONGWAVE_PACKS") or Path(__file__).resolve().parents[3] / "shared" / "data")
TIMES = 7

PUBLISHED = (
    ("FRB/US, 80 quarters backward", "pyfrbus (default / Newton)", "0.42 / 0.48"),
    ("FRB/US, 80 quarters backward", "bimets in R (Newton / Gauss-Seidel)", "2.97 / 6.99"),
    ("FRB/US, 80 quarters forward-looking (mcap+wp)", "pyfrbus", "10 to set up, then 3.1"),
    ("FRB/US, 100 replications x 24 quarters", "pyfrbus", "24.2"),
)
"""Processor seconds on another machine, measured apart."""


def installed(module: str, package: str) -> bool:
    if importlib.util.find_spec(module) is not None:
        return True
    print(f"{package} is not installed here: skipped")
    return False


def quickest(work: Callable[[], object], times: int = TIMES) -> float:
    """Processor milliseconds of the quickest run after one."""
    work()
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return 1e3 * min(taken)


def row(work: str, peer: str, theirs: float, ours: float, differs: str) -> None:
    print(f"| {work} | {peer} | {theirs:.2f} | {ours:.3f} | {theirs / ours:.1f} | {differs} |", flush=True)


HEADER = "| work | peer | theirs, CPU ms | ours, CPU ms | ratio | largest relative difference |\n|---|---|---|---|---|---|"


def quiet(work: Callable[[], object]) -> object:
    """ModelFlow tells what it does; here only the time is wanted."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return work()


# ModelFlow


def pakistan(folder: Path, numba: bool) -> None:
    from longwave.macro.interop.modelflow_file import read_modelflow_file

    path = folder / "modelflow" / "pak.pcim"
    if not path.is_file():
        print(f"no file {path}: Pakistan is skipped")
        return
    from modelclass import model as modelflow

    began = time.process_time()
    theirs, frame = quiet(lambda: modelflow.modelload(str(path), run=False))
    loading = 1e3 * (time.process_time() - began)
    found = read_modelflow_file(path)
    began = time.process_time()
    found = read_modelflow_file(path)
    system, bank = bound(found.model), found.data
    row("Pakistan: read and bind", "ModelFlow", loading, 1e3 * (time.process_time() - began), "")
    first, last = Period.parse("2023"), Period.parse("2030")
    rate = bank.series("PAKFMLBLPOLYXN").to_numpy()
    bank = bank.with_columns({"PAKFMLBLPOLYXN_X": rate + 1.0, "PAKFMLBLPOLYXN_D": np.ones(len(rate))})
    frame = frame.copy()
    frame["PAKFMLBLPOLYXN_X"], frame["PAKFMLBLPOLYXN_D"] = frame["PAKFMLBLPOLYXN"] + 1.0, 1.0
    ours = quickest(lambda: solve(system, bank, first, last))
    solution = solve(system, bank, first, last)
    for name, how in solvers(theirs, frame, 2023, 2030, numba).items():
        began = time.process_time()
        paths = quiet(how).loc[2023:2030]
        if "numba" in name:
            print(f"(compiled by numba in {time.process_time() - began:.0f} CPU s)")
        differs = apart(solution, paths, str.upper)
        row("Pakistan, 8 years", f"ModelFlow {name}", quickest(lambda how=how: quiet(how)), ours, differs)


def solvers(
    model: object, frame: pd.DataFrame, first: object, last: object, numba: bool
) -> dict[str, Callable]:
    span = {"start": first, "end": last, "silent": 1}
    found = {
        "sim": lambda: model.sim(frame, **span),
        "newton": lambda: model.newton(frame, **span),
        "newton, Jacobian kept": lambda: model.newton(frame, newton_reset=0, **span),
    }
    if numba:
        found["sim with numba"] = lambda: model.sim(frame, ljit=True, stringjit=True, **span)
    return found


def apart(solution: object, paths: pd.DataFrame, named: Callable[[str], str]) -> str:
    """The largest difference of any endogenous path, relative to its largest value (at least one)."""
    worst, where = 0.0, ""
    for name in solution.system.variables:
        if named(name) not in paths:
            continue
        mine, other = solution.path(name), paths[named(name)].to_numpy()
        away = float(np.max(np.abs(mine - other)) / max(1.0, np.max(np.abs(mine))))
        if not away <= worst:
            worst, where = away, name
    return f"{worst:.1e} ({where})"


def frbus(folder: Path, numba: bool) -> None:
    from longwave.macro.interop.frbus import read_frbus, read_longbase

    folder = folder / "frbus"
    if not (folder / "model.xml").is_file():
        print(f"no model in {folder}: FRB/US is skipped")
        return
    from modelclass import model as modelflow

    imported = read_frbus(folder / "model.xml")
    bank = imported.complete(read_longbase(next(folder.glob("longbase*"))))
    bank = bank.with_columns({"dfpdbt": np.zeros(len(bank.values)), "dfpsrp": np.ones(len(bank.values))})
    first, last = Period.parse("2040-Q1"), Period.parse("2045-Q4")
    system = bound(imported.model)
    bank = add_factors_for(system, bank, first, last)
    rule = bank.series("rffintay.add").to_numpy().copy()
    rule[bank.row(first)] += 1.0
    bank = bank.with_columns({"rffintay.add": rule})
    bank = Databank(bank.first, bank.names, np.nan_to_num(bank.values))  # ModelFlow's frame knows no gaps
    frame = pd.DataFrame(
        bank.values,
        index=pd.period_range(str(bank.first).replace("-", ""), periods=len(bank.values), freq="Q"),
        columns=[flow_name(name) for name in bank.names],
    )
    text = flow_text(imported.model, set(system.add_factors))
    theirs = quiet(lambda: modelflow(text))
    ours = quickest(lambda: solve(system, bank, first, last))
    solution = solve(system, bank, first, last)
    for name, how in solvers(theirs, frame, "2040Q1", "2045Q4", numba).items():
        paths = quiet(how)
        differs = apart(solution, paths.loc["2040Q1":"2045Q4"], flow_name)
        row("FRB/US, 24 quarters", f"ModelFlow {name}", quickest(lambda how=how: quiet(how)), ours, differs)


def flow_name(name: str) -> str:
    return name.replace(".", "_").upper()


def flow_text(model: Model, added: set[str]) -> str:
    """The model in ModelFlow's language: every equation solved for its variable, numbers for parameters."""
    lines = []
    for each in model.equations:
        right = each.right
        if f"{each.variable}.add" in added:
            right = Apply("+", (right, Name(f"{each.variable}.add")))
        right = turned(each.left, right, each.variable)
        text = write_expression(with_numbers(right, model.values)).replace("^", "**")
        lines.append(f"FRML <> {each.variable.upper()} = {text.replace('.add', '_ADD')} $")
    return "\n".join(lines)


def turned(left: Expression, right: Expression, variable: str) -> Expression:
    """What the variable is, from left = right with the variable once on the left."""
    while left != Name(variable):
        if not isinstance(left, Apply):
            raise ValueError(f"cannot turn {write_expression(left)} for {variable}")
        mine = next(each for each in left.arguments if Name(variable) in walk(each))
        others = [each for each in left.arguments if each is not mine]
        if left.operator == "log":
            right = Apply("exp", (right,))
        elif left.operator == "neg":
            right = Apply("neg", (right,))
        elif left.operator == "+":
            right = Apply("+", (right, *(Apply("neg", (each,)) for each in others)))
        elif left.operator == "*":
            for each in others:
                right = Apply("/", (right, each))
        elif left.operator == "/" and mine is left.arguments[0]:
            right = Apply("*", (right, others[0]))
        else:
            raise ValueError(f"cannot turn {write_expression(left)} for {variable}")
        left = mine
    return right


def with_numbers(expression: Expression, values: Mapping[str, float]) -> Expression:
    if isinstance(expression, Name) and expression.name in values:
        return Number(values[expression.name])
    if isinstance(expression, Apply):
        return Apply(expression.operator, tuple(with_numbers(each, values) for each in expression.arguments))
    return expression


# estimation and control


def klein() -> None:
    from klein import KLEIN, best, read_model, table
    from klein import theirs as peers

    from longwave.macro.estimate.system import estimate_system

    model, bank, estimators = read_model(KLEIN), Databank.from_frame(table()), peers()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package on short samples
        for method in ("2sls", "3sls"):
            ours = best(lambda method=method: estimate_system(model, bank, method=method))
            theirs = best(estimators[method])
            mine = sorted(estimate_system(model, bank, method=method).values.values())
            other = sorted(estimators[method]().params)
            away = np.max(np.abs(np.array(mine) - np.array(other)) / np.maximum(1.0, np.abs(other)))
            row(f"Klein's Model I, {method}", "linearmodels", theirs, ours, f"{away:.1e}")


def control() -> None:
    from quantecon import LQ

    from longwave.macro.control.lq import LinearQuadratic, lasting_rule

    random = np.random.default_rng(0)
    for states, instruments in ((4, 1), (20, 3), (80, 5)):
        transition = random.normal(size=(states, states))
        transition *= 0.99 / np.max(np.abs(np.linalg.eigvals(transition)))
        push = random.normal(size=(states, instruments))
        problem = LinearQuadratic(transition, push, np.eye(states), np.eye(instruments), discount=0.97)
        other = LQ(problem.R, problem.Q, transition, push, beta=0.97)
        away = np.max(np.abs(other.stationary_values()[1] - lasting_rule(problem).F))
        row(
            f"linear-quadratic rule, {states} states, {instruments} instruments", "quantecon",
            quickest(other.stationary_values), quickest(lambda problem=problem: lasting_rule(problem)), f"{away:.1e}",
        )  # fmt: skip


def published() -> None:
    print("\nPublished, other machine (these packages do not install beside current ones; no ratio):")
    print("| work | package | CPU s |\n|---|---|---|")
    for line in PUBLISHED:
        print(f"| {' | '.join(line)} |")


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--data", type=Path, default=PACKS)
    arguments.add_argument(
        "--numba", action="store_true", help="also ModelFlow compiled by numba (tens of seconds)"
    )
    given = arguments.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    print(HEADER)
    if installed("modelclass", "modelflowib"):
        pakistan(given.data, given.numba)
        frbus(given.data, given.numba)
    if installed("linearmodels", "linearmodels"):
        klein()
    if installed("quantecon", "quantecon"):
        control()
    published()


if __name__ == "__main__":
    main()
