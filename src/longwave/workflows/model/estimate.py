"""``longwave model estimate``: the coefficients of a model from figures, equation by equation or all together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.estimate import TestResult
from longwave.core.message import Language, Message, say
from longwave.core.settings import Settings
from longwave.macro.estimate.equation import estimate_equation, estimate_model, with_estimates
from longwave.macro.estimate.result import (
    EquationEstimate,
    ModelEstimate,
    lag_weight_frame,
    test_frame,
    test_title,
    told_coefficients,
)
from longwave.macro.estimate.system import estimate_system
from longwave.macro.estimate.system_result import SystemEstimate
from longwave.macro.model import Model
from longwave.macro.stochastic.coefficients import Coefficients
from longwave.report.document import Chart, Curve, Document, Section, Table
from longwave.workflows.fan import period_name
from longwave.workflows.model.figures import Figures, find_figures
from longwave.workflows.model.source import Sourced, find_model
from longwave.workflows.model.tables import (
    decimals_of,
    model_name,
    table_of,
    variable_name,
)

SINGLE = ("ols", "nls", "2sls", "liml", "gmm", "gmm_iterated")
SYSTEM = ("sur", "isur", "3sls", "i3sls", "fiml")


@dataclass(frozen=True, eq=False)
class Estimated:
    """An estimated model. result: of single equations or of the system; model: with the values found."""

    sourced: Sourced
    figures: Figures
    result: ModelEstimate | SystemEstimate

    @property
    def model(self) -> Model:
        return self.result.model

    @property
    def equations(self) -> tuple[EquationEstimate, ...]:
        return self.result.equations

    def results(self, lang: Language = "en") -> dict[str, Any]:
        return {"data": self.figures.named(lang), **self.result.as_dict(lang)}

    def coefficients(self) -> Coefficients:
        """The joint distribution of the coefficients; single equations are independent of each other."""
        return coefficients_of(self.result)


def coefficients_of(result: ModelEstimate | SystemEstimate) -> Coefficients:
    """What replications draw coefficients from."""
    import numpy as np
    from scipy.linalg import block_diag

    if isinstance(result, SystemEstimate):
        return Coefficients(
            result.names, covariance=result.covariance, mean=np.array(list(result.values.values()))
        )
    names = tuple(each.name for one in result.equations for each in one.coefficients)
    if not names:
        raise UsageError(say("models.nothing_estimated"), say("models.nothing_estimated_mend"))
    mean = np.array([each.value for one in result.equations for each in one.coefficients])
    return Coefficients(
        names, covariance=block_diag(*(one.covariance for one in result.equations)), mean=mean
    )


def methods_of(result: ModelEstimate | SystemEstimate) -> tuple[str, ...]:
    """The estimators that were used, each once."""
    if isinstance(result, SystemEstimate):
        return (result.method,)
    return tuple(dict.fromkeys(each.method for each in result.equations))


def reestimated(methods: tuple[str, ...]) -> Message:
    """That paths use coefficients which were estimated for them."""
    return say("models.reestimated", methods=methods)


def estimate(
    what: str | Path,
    *,
    data: str | Path | None = None,
    area: str | None = None,
    method: str | None = None,
    equations: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
    covariance: str = "",
    settings: Settings,
) -> Estimated:
    """Estimates a model. method: of `SINGLE` or `SYSTEM`, None: as the text says.

    Raises UsageError, BadInput, ModelError, NotEnoughData as the estimators do.
    """
    sourced = find_model(what, data=data)
    figures = find_figures(sourced, data, area, settings)
    result = estimated(sourced.model, figures, method, equations, first, last, covariance)
    if isinstance(result, ModelEstimate) and not result.equations and not result.refusals:
        raise UsageError(
            say("models.no_coefficients", model=sourced.model.name), say("models.no_coefficients_mend")
        )
    return Estimated(sourced, figures, result)


def estimated(
    model: Model,
    figures: Figures,
    method: str | None,
    equations: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
    covariance: str = "",
) -> ModelEstimate | SystemEstimate:
    """The estimate of a model that is at hand."""
    if method in SYSTEM:
        words: dict[str, Any] = {"method": method} | ({"covariance": covariance} if covariance else {})
        return estimate_system(
            model,
            figures.bank,
            equations=list(equations) or None,
            first=first,
            last=last,
            **words,
        )
    if method is not None and method not in SINGLE:
        raise UsageError(
            say("models.unknown_method", method=method),
            say("models.unknown_method_mend", methods=SINGLE + SYSTEM),
        )
    if not equations:
        return estimate_model(
            model, figures.bank, method=method, first=first, last=last, covariance=covariance
        )
    made = [
        estimate_equation(
            model, each, figures.bank, method=method, first=first, last=last, covariance=covariance
        )
        for each in equations
    ]
    return ModelEstimate(with_estimates(model, made), tuple(made))


def document(found: Estimated) -> Document:
    """A section an equation: fitted and actual, coefficients, tests with their nulls in words."""
    model = found.model
    name = model_name(model)
    refusals = found.result.refusals if isinstance(found.result, ModelEstimate) else ()
    sections = [_section(found, each) for each in found.equations]
    if isinstance(found.result, SystemEstimate):
        sections.append(_system_section(found.result))
    if refusals:
        sections.append(Section("refused", say("models.refused_title"), refusals=refusals))
    return Document(
        title=say("models.estimate_title", model=name),
        lead=say("models.estimate_lead", count=len(found.equations), data=found.figures.where),
        headlines=(*(_headline(model, each) for each in found.equations[:6]), *_against(found.result)),
        sections=tuple(sections),
        origins=dict(found.figures.origins),
        caveats=(*found.figures.notes, *(note for each in found.equations for note in each.notes)),
    )


FAVOURABLE = ("first_stage", "engle_granger", "phillips_ouliaris", "cointegration")
"""Tests (their names begin so) whose null the modeller hopes to see rejected: instruments that matter, cointegration."""
NEUTRAL = ("wu_hausman",)
"""Tests that decide between estimators and speak against none of them."""


def speaks_against(test: TestResult) -> bool:
    """Whether the outcome of a test is a reason to doubt the equation."""
    if test.name.startswith(NEUTRAL):
        return False
    return not test.rejected if test.name.startswith(FAVOURABLE) else test.rejected


def _headline(model: Model, each: EquationEstimate) -> Any:
    rejected = [test.null for test in each.tests if speaks_against(test)]
    key = (
        "estimate_headline_doubt"
        if rejected
        else "estimate_headline"
        if each.tests
        else "estimate_headline_plain"
    )
    return say(
        f"models.{key}",
        name=variable_name(model, each.equation.variable or each.name),
        r2=f"{each.r2:.3f}",
        error=f"{each.standard_error:.3g}",
        first=period_name(each.sample.first),
        last=period_name(each.sample.last),
        count=len(rejected),
    )


def _against(result: ModelEstimate | SystemEstimate) -> tuple[Any, ...]:
    """What tests of the whole system speak against."""
    if isinstance(result, ModelEstimate):
        return ()
    return tuple(say("models.system_rejected", null=test.null) for test in result.tests if test.rejected)


def _section(found: Estimated, each: EquationEstimate) -> Section:
    sources = tuple(found.figures.origins)
    return Section(
        key=f"equation-{each.name}",
        title=say(
            "models.equation_title", name=variable_name(found.model, each.equation.variable or each.name)
        ),
        answers=(_headline(found.model, each),),
        paragraphs=(each.how, *likelihood(each), *each.notes),
        charts=(_fit_chart(found, each, sources),),
        tables=(
            table_of(
                f"coefficients-{each.name}",
                say("models.coefficients_caption", name=each.name),
                lambda lang: told_coefficients(each, lang),
                sources,
            ),
            *(
                table_of(
                    f"lags-{each.name}-{place}",
                    say("models.lag_weights", variable=lags.variable),
                    partial(lag_weight_frame, lags),
                    sources,
                )
                for place, lags in enumerate(each.lag_weights)
            ),
            *_test_table(each, sources),
        ),
        refusals=each.untested,
    )


def _test_table(each: EquationEstimate, sources: tuple[str, ...]) -> tuple[Table, ...]:
    if not each.tests:
        return ()
    return (
        table_of(
            f"tests-{each.name}",
            say("models.tests_caption", name=each.name),
            lambda lang: told_tests(each.tests, lang),
            sources,
        ),
    )


def told_tests(tests: Sequence[TestResult], lang: Language) -> pd.DataFrame:
    """The table of tests with their names in words."""
    frame = test_frame(tuple(tests), lang)
    frame.index = pd.Index([_title(each, lang) for each in tests], name=frame.index.name)
    return frame


def _title(test: TestResult, lang: Language) -> str:
    title, rest = test_title(test.name), test.name.partition(" ")[2]
    words = title.text(lang) if isinstance(title, Message) else title
    return f"{words} ({rest})" if rest and isinstance(title, Message) else words


def test_line(test: TestResult) -> Message:
    """A test in a line: name, statistic, p-value (or how it is read where none is known), and its null in words."""
    title, rest = test_title(test.name), test.name.partition(" ")[2]
    name = say("models.test_of", name=title, of=rest) if rest and isinstance(title, Message) else title
    if test.p_value is None:
        return say("models.test_read", name=name, statistic=test.statistic, how=test.method, null=test.null)
    key = "models.test_rejected" if test.rejected else "models.test_kept"
    return say(key, name=name, statistic=test.statistic, p=test.p_value, null=test.null)


def likelihood(each: EquationEstimate | SystemEstimate) -> tuple[Message, ...]:
    """Log-likelihood and information criteria; empty for an estimator that has none."""
    if each.log_likelihood is None or not math.isfinite(each.log_likelihood):
        return ()
    if isinstance(each, SystemEstimate):
        key = "likelihood_model" if each.method == "fiml" else "likelihood_errors"
        return (say(f"models.{key}", value=each.log_likelihood),)
    if each.aic is None or each.bic is None:
        return (say("models.likelihood", value=each.log_likelihood),)
    return (say("models.likelihood_criteria", value=each.log_likelihood, aic=each.aic, bic=each.bic),)


def _fit_chart(found: Estimated, each: EquationEstimate, sources: tuple[str, ...]) -> Chart:
    frame = each.fit_frame()
    actual, fitted = frame.iloc[:, 0], frame.iloc[:, 1]
    return Chart(
        key=f"fit-{each.name}",
        kind="lines",
        title=say("models.fit_title", name=each.name),
        unit=say("models.left_scale"),
        summary=_headline(found.model, each),
        curves=(
            Curve(say("estimate.heading_actual"), actual),
            Curve(say("estimate.heading_fitted"), fitted, dashed=True, labelled=True),
        ),
        sources=sources,
        decimals=decimals_of(actual),
    )


def _system_section(result: SystemEstimate) -> Section:
    tables = (
        (
            table_of(
                "system-tests", say("models.system_tests"), lambda lang: told_tests(result.tests, lang), ()
            ),
        )
        if result.tests
        else ()
    )
    return Section(
        key="system",
        title=say("models.system_title"),
        paragraphs=(result.how, *likelihood(result), *result.notes),
        tables=(
            *tables,
            table_of(
                "correlations", say("models.correlations"), lambda lang: result.residual_correlations(), ()
            ),
        ),
        refusals=result.untested,
    )
