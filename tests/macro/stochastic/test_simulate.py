"""Simulations whose answer is known: linear models with normal shocks, and what bootstraps must keep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from longwave.core.errors import BadInput, LongwaveError, NotEnoughData, SolveError, UsageError
from longwave.macro.bind import bind
from longwave.macro.language.read import read_model
from longwave.macro.solve import SolveOptions, solve
from longwave.macro.stochastic.coefficients import Coefficients
from longwave.macro.stochastic.events import Event
from longwave.macro.stochastic.residuals import Residuals
from longwave.macro.stochastic.simulate import StochasticOptions, simulate
from longwave.macro.stochastic.watched import Watch, lens

from .made_models import MODELS, bank, flat, noise

INTERPRETED = StochasticOptions(solving=SolveOptions(engine="interpreted"))


def ar1(method="normal", replications=4000, residuals=None, **more):
    start = np.zeros(60)
    start[:21] = 2.0
    given = noise("y", 200) if residuals is None else residuals
    return simulate(
        MODELS["ar1"],
        bank({"y": start}, "1980"),
        "2001",
        "2008",
        residuals=Residuals(given=given),
        method=method,
        replications=replications,
        **{"watch": ["y"], "seed": 5, **more},
    )


def test_an_autoregression_has_the_moments_and_quantiles_of_the_book() -> None:
    run = ar1()
    sigma = noise("y", 200)["y"].std(ddof=0)
    ahead = np.arange(1, 9)
    mean, sd = 2.0 * 0.7**ahead, sigma * np.sqrt((1 - 0.49**ahead) / (1 - 0.49))
    summary = run.summary("y")
    assert np.abs((summary["mean"] - mean) / summary["mean_error"]).max() < 5
    np.testing.assert_allclose(summary["sd"], sd, rtol=5 / np.sqrt(2 * 4000))
    np.testing.assert_allclose(summary["baseline"], mean, rtol=1e-14)
    for probability in (0.025, 0.1, 0.5, 0.9):
        exact = mean + ndtri(probability) * sd
        ends = run.quantile_intervals("y", probability, level=0.9999)
        assert ((ends["low"] <= exact) & (exact <= ends["high"])).all()
        assert ((ends["low"] <= ends["quantile"]) & (ends["quantile"] <= ends["high"])).all()
    np.testing.assert_allclose(run.quantiles("y", [0.9])[0.9], run.quantile_intervals("y", 0.9)["quantile"])


def test_intervals_of_quantiles_hold_as_often_as_they_say() -> None:
    sigma = noise("y", 200)["y"].std(ddof=0)
    exact = 1.4 + ndtri(0.9) * sigma
    inside = []
    for seed in range(200):
        ends = ar1(replications=150, seed=seed).quantile_intervals("y", 0.9, level=0.9).iloc[0]
        inside.append(ends["low"] <= exact <= ends["high"])
    assert 0.86 < np.mean(inside) <= 1.0


def test_a_vector_autoregression_keeps_its_covariances() -> None:
    given = noise("u p", 300, seed=3) @ pd.DataFrame(
        [[1.0, 0.5], [0.0, 0.8]], index=["u", "p"], columns=["u", "p"]
    )
    run = simulate(
        MODELS["pair"],
        flat("u p x", quarterly=True),
        "1970-Q1",
        "1972-Q4",
        method="normal",
        replications=6000,
        residuals=Residuals(given=given),
        watch=["u", "p", Watch("u + p", name="both")],
    )
    a, b = np.array([[1.0, 0.2], [-0.2, 1.0]]), np.array([[0.6, 0.0], [0.0, 0.4]])
    step, noise_in = np.linalg.solve(a, b), np.linalg.inv(a)
    omega = noise_in @ np.cov(given.T, bias=True) @ noise_in.T
    variance = np.zeros((2, 2))
    for row in range(12):
        variance = step @ variance @ step.T + omega
        wanted = np.sqrt([variance[0, 0], variance[1, 1], variance.sum()])
        found = [run.sd(name).iloc[row] for name in ("u", "p", "both")]
        np.testing.assert_allclose(found, wanted, rtol=5 / np.sqrt(2 * 6000))


@pytest.mark.parametrize("method", ["bootstrap", "block"])
def test_a_bootstrap_draws_nothing_but_residuals_and_keeps_their_moments(method) -> None:
    given = noise("u p", 40, seed=3)
    run = simulate(
        MODELS["pair"],
        flat("u p x", quarterly=True),
        "1970-Q1",
        "1970-Q1",
        method=method,
        replications=5000,
        residuals=Residuals(given=given),
        watch=[Watch("u - 0.6*u(-1) + 0.2*p", name="e"), Watch("p - 0.4*p(-1) - 0.2*u", name="v")],
    )
    centred = (given - given.mean()).to_numpy()
    drawn = run.held.cells(run.through)[0].T
    distance = np.abs(drawn[:, None, :] - centred[None]).max(axis=2).min(axis=1)
    assert distance.max() < 1e-12  # whole cross-sections
    assert len(np.unique(np.round(drawn[:, 0], 9))) == 40
    np.testing.assert_allclose(run.sd("e").iloc[0], centred[:, 0].std(), rtol=5 / np.sqrt(2 * 5000))
    assert abs(run.mean("v").iloc[0]) < 5 * run.summary("v")["mean_error"].iloc[0]


def test_blocks_keep_the_memory_of_the_residuals_and_single_periods_lose_it() -> None:
    memory = noise("y", 400, seed=2)
    for row in range(1, 400):
        memory.iloc[row] += 0.8 * memory.iloc[row - 1].to_numpy()
    memory.index = [str(1900 + row) for row in range(400)]
    sums = [
        ar1(method, residuals=memory, watch=["y"], replications=2000, **more).sd("y").iloc[-1]
        for method, more in (("bootstrap", {}), ("block", {"block_length": 20}), ("block", {}))
    ]
    assert sums[1] > 1.3 * sums[0]
    assert sums[2] > 1.2 * sums[0]


@pytest.mark.parametrize(("text", "column"), [("y = c", "y.add"), ("y = c + 2*err", "err")])
def test_errors_that_remember_are_simulated_with_their_memory(text, column) -> None:
    model = read_model(
        f"frequency annual endogenous y exogenous err coefficient c = 1\nbehavioural y: {text} estimate ols errors ar(1)"
    )
    given = noise("y", 200).rename(columns={"y": column}) / (2 if column == "err" else 1)
    data = flat("y", value=1.0).with_columns({"err": np.zeros(120)})
    run = simulate(
        model,
        data,
        "2000",
        "2005",
        parameters={"y.rho1": 0.8},
        residuals=Residuals(given=given),
        method="normal",
        replications=4000,
        watch=["y"],
    )
    sigma, ahead = noise("y", 200)["y"].std(ddof=0), np.arange(1, 7)
    np.testing.assert_allclose(
        run.sd("y"), sigma * np.sqrt((1 - 0.64**ahead) / 0.36), rtol=5 / np.sqrt(2 * 4000)
    )


def test_the_first_of_many_are_the_same_as_few() -> None:
    few, many = ar1(replications=100), ar1(replications=1000)
    assert np.array_equal(few.held.paths, many.held.paths[:100])
    shorter = simulate(
        MODELS["ar1"],
        bank({"y": np.r_[np.full(21, 2.0), np.zeros(39)]}, "1980"),
        "2001",
        "2003",
        residuals=Residuals(given=noise("y", 200)),
        method="normal",
        replications=100,
        seed=5,
        watch=["y"],
    )
    assert np.array_equal(shorter.held.paths, few.held.paths[:, :3])
    assert not np.array_equal(ar1(replications=100, seed=6).held.paths, few.held.paths)


def test_threads_and_keeping_change_nothing() -> None:
    events = [Event("y > 1", "2001", "2003")]
    runs = [
        ar1(replications=3000, threads=threads, events=events, options=StochasticOptions(exact_up_to=size))
        for threads, size in ((1, 10**7), (2, 10**7), (3, 0), (1, 0))
    ]
    for run in runs[1:]:
        assert np.array_equal(run.moments.mean, runs[0].moments.mean)
        assert np.array_equal(run.moments.deviation, runs[0].moments.deviation)
        assert np.array_equal(run.asked[events[0]], runs[0].asked[events[0]])
        assert np.array_equal(run.paths["y"], runs[0].paths["y"])
    assert runs[2].quantiles("y").equals(runs[3].quantiles("y"))
    assert not runs[2].exact
    assert runs[2].rank_error < 0.002
    spread = runs[0].quantile_intervals("y", 0.9, level=0.9999)
    sketched = runs[2].quantiles("y", [0.9])[0.9]
    assert ((spread["low"] <= sketched) & (sketched <= spread["high"])).all()


def test_the_interpreted_twin_agrees() -> None:
    given = noise("x", 40, scale=0.1)
    runs = [
        simulate(
            MODELS["logs"],
            flat("x z", value=1.0),
            "2000",
            "2003",
            residuals=Residuals(given=given),
            replications=60,
            watch=["x", "z"],
            options=options,
        )
        for options in (StochasticOptions(), INTERPRETED)
    ]
    np.testing.assert_allclose(runs[0].held.paths, runs[1].held.paths, rtol=1e-12)
    assert runs[1].certificate.engine == "interpreted"


def test_failures_are_counted_and_named() -> None:
    given = noise("x", 300)
    options = StochasticOptions(most_failed=0.9)
    runs = [
        simulate(
            MODELS["logs"],
            flat("x z", value=1.0),
            "2000",
            "2001",
            residuals=Residuals(given=given),
            method="normal",
            replications=400,
            watch=["x"],
            options=each,
        )
        for each in (options, replace(INTERPRETED, most_failed=0.9))
    ]
    for run in runs:
        assert run.failures.count == runs[0].failures.count
        sigma = given["x"].std(ddof=0)
        from scipy.stats import norm

        expected = 1 - norm.cdf(1 / sigma) ** 2
        assert run.failures.share == pytest.approx(expected, abs=5 * np.sqrt(expected / 400))
        first, second = run.failures.reasons
        assert {first.period, second.period} == {"2000", "2001"}
        assert (first.equation, first.variable) == ("z", "z")
        assert "log" in first.reason.text("en").lower()
        assert first.count + second.count == run.failures.count
        assert run.solved == run.moments.count == 400 - run.failures.count
        assert not run.good[first.example]
        assert any("have no solution" in str(note) for note in run.notes)
        assert run.failures.sentence().text("zh")
        assert (run.held.paths > 0).all()


def test_too_many_failures_are_refused_with_their_reasons() -> None:
    with pytest.raises(
        SolveError, match=r"replications failed \(\d.*more than the 5\.0%.*times: Equation z"
    ) as caught:
        simulate(
            MODELS["logs"],
            flat("x z", value=1.0),
            "2000",
            "2001",
            residuals=Residuals(given=noise("x", 300)),
            replications=200,
        )
    assert "方程" in caught.value.text("zh")


def test_what_is_watched_and_is_no_number_counts_as_a_failure() -> None:
    run = ar1(replications=500, watch=["log(y + 3)"], options=StochasticOptions(most_failed=0.5))
    assert run.failures.count > 0
    assert "log(y + 3) is no finite number in" in str(run.failures.reasons[0].reason)


def test_coefficients_alone_and_with_shocks() -> None:
    start = bank({"y": np.full(60, 2.0)}, "1980")
    uncertain = Coefficients(("rho",), np.array([[0.0025]]))
    alone = simulate(
        MODELS["ar1"],
        start,
        "2001",
        "2003",
        residuals=None,
        coefficients=uncertain,
        replications=3000,
        watch=["y"],
    )
    assert alone.sd("y").iloc[0] == pytest.approx(2 * 0.05, rel=0.07)
    np.testing.assert_allclose(alone.mean("y").iloc[1], 2 * (0.49 + 0.0025), rtol=0.01)
    both = simulate(
        MODELS["ar1"],
        start,
        "2001",
        "2003",
        residuals=Residuals(given=noise("y", 200, scale=0.1)),
        coefficients=uncertain,
        method="normal",
        replications=3000,
        watch=["y"],
    )
    sigma = 0.1 * noise("y", 200)["y"].std(ddof=0)
    assert both.sd("y").iloc[0] == pytest.approx(np.hypot(0.1, sigma), rel=0.07)
    assert any("1 coefficients are drawn" in str(note) for note in both.notes)


def test_coefficients_out_of_bounds_count_as_failures() -> None:
    model = read_model(
        "frequency annual endogenous y parameter rho = 0.7 in 0..1\nbehavioural y: y = rho*y(-1)"
    )
    far = Coefficients(("rho",), np.array([[1e-6]]), mean=np.array([2.0]))
    with pytest.raises(SolveError, match="No draw of the coefficients fell within their bounds"):
        simulate(
            model, flat("y", value=1.0), "2000", "2001", residuals=None, coefficients=far, replications=20
        )


def test_antithetic_pairs_keep_the_moments_and_narrow_the_mean() -> None:
    plain, paired = ar1(replications=2000), ar1(replications=2000, antithetic=True)
    np.testing.assert_allclose(paired.sd("y"), plain.sd("y"), rtol=0.1)
    # of a linear model with normal shocks the pairs' mean is the mean
    assert paired.summary("y")["mean_error"].max() < 1e-12
    np.testing.assert_allclose(paired.mean("y"), paired.summary("y")["baseline"], atol=1e-12)
    wide, narrow = (run.quantile_intervals("y", 0.5) for run in (paired, plain))
    assert ((wide["high"] - wide["low"]) > (narrow["high"] - narrow["low"])).mean() > 0.6


def test_measures_are_what_they_say() -> None:
    data = flat("u p x", value=1.0, quarterly=True)
    run = simulate(
        MODELS["pair"],
        data,
        "1970-Q1",
        "1971-Q4",
        residuals=Residuals(given=noise("u p", 40, scale=0.01)),
        replications=50,
        watch=[
            "u",
            Watch("u", "growth"),
            Watch("u", "growth_over_year"),
            Watch("u", "difference"),
            Watch("u", "difference_percent"),
            "u/u.baseline",
            "pct(u, 4)",
            "x",
        ],
    )
    u, base = run.paths["u"], run.baseline.path("u")
    before = np.column_stack([np.ones((20, 4)), u])
    np.testing.assert_allclose(run.paths["growth(u)"], 100 * (u / before[:, 3:-1] - 1), atol=1e-10)
    np.testing.assert_allclose(run.paths["growth_over_year(u)"], 100 * (u / before[:, :-4] - 1), atol=1e-10)
    np.testing.assert_allclose(run.paths["pct(u, 4)"], run.paths["growth_over_year(u)"], atol=1e-12)
    np.testing.assert_allclose(run.paths["difference(u)"], u - base, atol=1e-14)
    np.testing.assert_allclose(run.paths["difference_percent(u)"], 100 * (u / base - 1), atol=1e-10)
    np.testing.assert_allclose(run.paths["u/u.baseline"], u / base)
    assert (run.sd("x") == 0).all()


def test_differences_may_be_taken_to_another_baseline() -> None:
    data = flat("u p x", value=1.0, quarterly=True)
    other = data.with_columns({"x": np.full(120, 2.0)})
    lower = solve(MODELS["pair"], data, *(simulate_span()))
    run = simulate(
        MODELS["pair"],
        other,
        *simulate_span(),
        residuals=Residuals(given=noise("u p", 40)),
        replications=100,
        watch=[Watch("u", "difference"), Watch("x", "difference")],
        baseline=lower,
    )
    assert (run.mean("difference(x)") == 1.0).all()
    assert run.summary("difference(u)")["baseline"].abs().max() == 0.0
    assert run.mean("difference(u)").iloc[-1] > 0.5


def simulate_span():
    from longwave.core.period import Period

    return Period.parse("1970-Q1"), Period.parse("1971-Q4")


def test_tracking_puts_the_paths_around_the_figures() -> None:
    rng = np.random.default_rng(1)
    data = bank({"y": rng.normal(size=60).cumsum()}, "1960")
    run = simulate(MODELS["ar1"], data, "2000", "2005", tracking=True, replications=300, watch=["y"])
    np.testing.assert_allclose(run.summary("y")["baseline"], data.series("y").loc["2000":"2005"], atol=1e-12)


def test_probabilities_of_events() -> None:
    event = Event("y > 1", "2001", "2003", name="high")
    run = ar1(replications=3000, events=[event], watch=["y"])
    path = run.held.paths[:, :, 0]
    assert run.probability(event).value == (path[:, :3] > 1).any(axis=1).mean()
    assert run.probability("y > 1", "2001", "2003").value == run.probability(event).value
    assert run.probability("y > 1", "2001", "2003", when="all").value == (path[:, :3] > 1).all(axis=1).mean()
    exact = 1 - __import__("scipy.stats").stats.norm.cdf(1, 1.4, noise("y", 200)["y"].std(ddof=0))
    single = run.probability("y > 1", "2001", level=0.9999)
    assert single.low < exact < single.high
    falling = run.probability("d(y) < 0", in_a_row=2)
    steps = np.diff(np.column_stack([np.full(3000, 2.0), path]), axis=1) < 0
    assert falling.value == (steps[:, 1:] & steps[:, :-1]).any(axis=1).mean()
    assert "2 periods in a row" in falling.method.text("en")
    assert falling.method.text("zh")
    assert falling.grade == "A"
    assert run.probability("y < y.baseline", "2001").value == pytest.approx(0.5, abs=0.05)
    assert (
        run.probability("min(y, y(-1)) > 5").value
        == (np.minimum(path[:, 1:], path[:, :-1]) > 5).any(axis=1).mean()
    )


def test_events_asked_for_before_are_known_where_paths_are_not_kept() -> None:
    event = Event("y > 1", "2001", "2003")
    run = ar1(replications=1000, events=[event], options=StochasticOptions(exact_up_to=0))
    assert run.probability(event).value == ar1(replications=1000).probability("y > 1", "2001", "2003").value
    with pytest.raises(UsageError, match="Paths were not kept whole"):
        run.probability("y > 3")


def test_events_on_what_was_not_kept_are_refused() -> None:
    run = simulate(
        MODELS["pair"],
        flat("u p x", quarterly=True),
        "1970-Q1",
        "1971-Q4",
        residuals=Residuals(given=noise("u p", 40)),
        replications=20,
        watch=["u"],
    )
    with pytest.raises(UsageError, match="The paths of p were not kept"):
        run.probability("p > 1")
    with pytest.raises(UsageError, match=r"cannot be computed on the baseline|no number"):
        run.probability("log(u) > 1")


def test_a_forward_looking_model_takes_surprises_or_foresees() -> None:
    data = flat("y x")
    options = StochasticOptions(tail=40)
    more = {"residuals": Residuals(given=noise("x", 30)), "replications": 12, "watch": ["y", "x"]}
    run = simulate(MODELS["ahead"], data, "2000", "2004", options=options, **more)
    np.testing.assert_allclose(run.paths["y"][:12], run.paths["x"][:12] / (1 - 0.5 * 0.7), atol=1e-10)
    assert run.certificate.residual < 1e-10
    assert any("stacked solve a period, 40 periods beyond" in str(note) for note in run.notes)
    foreseen = simulate(
        MODELS["ahead"], data, "2000", "2004", options=replace(options, information="foreseen"), **more
    )
    np.testing.assert_allclose(foreseen.paths["x"][:12], run.paths["x"][:12], atol=1e-12)
    y, x = foreseen.paths["y"][:12], foreseen.paths["x"][:12]
    np.testing.assert_allclose(y[:, :-1], 0.5 * y[:, 1:] + x[:, :-1], atol=1e-10)
    np.testing.assert_allclose(y[:, -1], run.paths["y"][:12, -1], atol=1e-10)


def test_a_forward_looking_replication_that_fails_is_named() -> None:
    model = read_model(
        "frequency annual endogenous y, x\nbehavioural x: x = 1\nidentity y = 0.5*y(+1) + log(x)"
    )
    run = simulate(
        model,
        flat("y x", value=1.0),
        "2000",
        "2001",
        residuals=Residuals(given=noise("x", 200, scale=1.0)),
        replications=8,
        seed=2,
        options=StochasticOptions(most_failed=0.9, tail=10, information="foreseen"),
        watch=["y"],
    )
    assert 0 < run.failures.count < 8
    assert run.failures.reasons[0].period in {"2000", "2001"}
    assert run.failures.reasons[0].equation


CALLS = [
    ({"replications": 0}, UsageError, "number of replications"),
    ({"replications": 2.5}, UsageError, "number of replications"),
    ({"seed": -1}, UsageError, "seed"),
    ({"watch": ["y", "y"]}, UsageError, "same name"),
    ({"residuals": Residuals(given=noise("y", 40), scale=float("nan"))}, UsageError, "multiplied"),
    ({"residuals": Residuals(given=noise("y", 40) * 1e200)}, NotEnoughData, "Only 0 periods"),
    ({"options": StochasticOptions(tail=-1)}, UsageError, "negative"),
    ({"method": "wild"}, UsageError, "wild is no way"),
    ({"residuals": None}, UsageError, "Neither residuals nor coefficients"),
    ({"block_length": 3}, UsageError, "block length"),
    ({"method": "block", "block_length": 99}, UsageError, "block length"),
    ({"watch": ["q"]}, UsageError, "q is no variable"),
    ({"watch": ["y(+1)"]}, UsageError, "later periods"),
    ({"watch": ["y +"]}, BadInput, "."),
    ({"watch": ["log(y - 100)"]}, UsageError, "cannot be computed on the baseline in 2001"),
    ({"watch": ["y(-30)"]}, UsageError, "cannot be computed on the baseline in 2001"),
    ({"events": [Event("y > 1", "1990")]}, UsageError, "does not lie within"),
    ({"options": StochasticOptions(most_failed=2.0)}, UsageError, "between 0 and 1"),
    ({"options": StochasticOptions(solving=SolveOptions(mode="static"))}, UsageError, "dynamic"),
    ({"residuals": Residuals(first="2050", last="2051")}, NotEnoughData, "Only 0 periods"),
    ({"residuals": Residuals(given=noise("y", 4))}, NotEnoughData, "Only 4 periods"),
    (
        {
            "residuals": Residuals(given=noise("y", 20).replace(noise("y", 20).iloc[5, 0], np.nan)),
            "method": "block",
        },
        NotEnoughData,
        "without gaps",
    ),
    ({"residuals": Residuals(silent=("q",))}, UsageError, "q"),
    ({"first": "20x1"}, BadInput, "."),
    ({"last": "1999"}, UsageError, "before the first"),
]


@pytest.mark.parametrize(("changed", "error", "says"), CALLS)
def test_calls_that_do_not_fit_are_refused_in_both_languages(changed, error, says) -> None:
    call = {
        "first": "2001",
        "last": "2003",
        "residuals": Residuals(given=noise("y", 40)),
        "replications": 10,
        "watch": ["y"],
        **changed,
    }
    with pytest.raises(error, match=says) as caught:
        simulate(MODELS["ar1"], bank({"y": np.full(60, 2.0)}, "1980"), **call)
    assert isinstance(caught.value, LongwaveError)
    assert caught.value.text("zh")


def test_names_that_were_not_watched_are_refused() -> None:
    run = ar1(replications=10)
    with pytest.raises(UsageError, match="p was not watched"):
        run.quantiles("p")
    with pytest.raises(UsageError, match="between 0 and 1"):
        run.quantiles("y", [1.2])
    for call in (
        lambda: run.probability("y > 1", level=1.0),
        lambda: run.quantile_intervals("y", 0.5, level=0.0),
    ):
        with pytest.raises(UsageError, match="level of an interval"):
            call()


def test_few_replications_do_not_pretend_to_bound_the_tails() -> None:
    ends = ar1(replications=20).quantile_intervals("y", 0.975)
    assert (ends["high"] == np.inf).all()
    assert np.isfinite(ends["low"]).all()


def test_a_fan_holds_the_quantiles_and_the_past() -> None:
    run = ar1(replications=500)
    fan = run.fan("y")
    frame = fan.frame()
    assert [band.level for band in fan.bands] == [0.95, 0.8, 0.5]
    np.testing.assert_allclose(frame["low_0.8"], run.quantiles("y", [0.1])[0.1])
    np.testing.assert_allclose(frame["median"], run.quantiles("y", [0.5])[0.5])
    assert fan.unit == "index"
    assert fan.history.index[-1] == "2000"
    assert (fan.history == 2.0).all()
    assert fan.notes == run.notes
    assert all(note.text("zh") for note in fan.notes)
    assert run.certificate.sentence().text("zh")


def test_many_equations_and_few_periods_are_said() -> None:
    run = simulate(
        MODELS["pair"],
        flat("u p x", quarterly=True),
        "1970-Q1",
        "1970-Q4",
        method="normal",
        watch=["u"],
        replications=10,
        residuals=Residuals(given=noise("u p", 40), first="1950", last="1957"),
    )
    assert not any("shrunk" in str(note) for note in run.notes)
    names = " ".join(f"v{place}" for place in range(12))
    text = "frequency annual endogenous " + ", ".join(names.split()) + "\n"
    text += "\n".join(f"behavioural {name}: {name} = 0.5*{name}(-1)" for name in names.split())
    many = simulate(
        read_model(text),
        flat(names),
        "2000",
        "2001",
        method="normal",
        replications=10,
        residuals=Residuals(given=noise(names, 10)),
    )
    assert any("12 equations and 10 periods the correlations were shrunk" in str(note) for note in many.notes)


def test_an_event_on_a_variable_called_like_a_function() -> None:
    model = read_model("frequency annual endogenous d behavioural d: d = 0.5*d(-1)")
    seen = lens(bind(model), [Watch("d > d(-1)"), Watch("d(d)")])
    paths = np.array([1.0, 2.0, 1.5])[:, None, None]
    assert seen.values(paths, np.zeros(0), 2)[:, :, 0].tolist() == [[1.0, 1.0], [0.0, -0.5]]
