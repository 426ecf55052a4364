"""longwave: a workbench for the economics of a maturing technology.

    import longwave as lw

    lw.study("USA", "CHN").report("out/", lang=("en", "zh"))

The face is lazy (PEP 562): importing longwave imports no pandas; a name brings its room when it is used.
"""

TYPE_CHECKING = (
    False  # not typing's: its import takes longer than all else here, and Ctrl-C would fall into it
)
if TYPE_CHECKING:
    from longwave.connectors.files import FileSource as FileSource
    from longwave.core.area import find_area as find_area
    from longwave.core.errors import DataError as DataError
    from longwave.core.errors import LongwaveError as LongwaveError
    from longwave.core.errors import UsageError as UsageError
    from longwave.core.estimate import Estimate as Estimate
    from longwave.core.estimate import Grade as Grade
    from longwave.core.estimate import Refusal as Refusal
    from longwave.core.forecast import ForecastTable as ForecastTable
    from longwave.core.origin import Licence as Licence
    from longwave.core.origin import Origin as Origin
    from longwave.core.panel import Panel as Panel
    from longwave.core.period import Period as Period
    from longwave.core.settings import Settings as Settings
    from longwave.core.settings import load_settings as load_settings
    from longwave.core.unit import Unit as Unit
    from longwave.macro.attribution import attribute as attribute
    from longwave.macro.databank import Databank as Databank
    from longwave.macro.language.read import read_model as read_model
    from longwave.macro.scenario import Scenario as Scenario
    from longwave.macro.shock import shock as shock
    from longwave.policy.loop import PlanOptions as PlanOptions
    from longwave.workflows.data import check as check
    from longwave.workflows.data import datasets as datasets
    from longwave.workflows.data import export as export
    from longwave.workflows.data import show as show
    from longwave.workflows.decide.invest import decide_investment as decide_investment
    from longwave.workflows.decide.risk import warn_of_crises as warn_of_crises
    from longwave.workflows.decide.risk_portfolio import weigh_portfolio as weigh_portfolio
    from longwave.workflows.forecast.make import Made as Made
    from longwave.workflows.forecast.make import make_forecast as make_forecast
    from longwave.workflows.ingest import add as add
    from longwave.workflows.ingest import pull as pull
    from longwave.workflows.measure import Measured as Measured
    from longwave.workflows.measure import measures as measures
    from longwave.workflows.measure import take_measure as take_measure
    from longwave.workflows.model.at_hand import ModelAtHand as ModelAtHand
    from longwave.workflows.model.at_hand import model as model
    from longwave.workflows.nowcast import Nowcasted as Nowcasted
    from longwave.workflows.nowcast import make_nowcast as make_nowcast
    from longwave.workflows.policy.adjust import adjust_policy as adjust_policy
    from longwave.workflows.policy.adopt import adopt_policy as adopt_policy
    from longwave.workflows.policy.brief import make_brief as make_brief
    from longwave.workflows.policy.evaluate import evaluate_policy as evaluate_policy
    from longwave.workflows.policy.history import policy_history as policy_history
    from longwave.workflows.policy.monitor import monitor_policy as monitor_policy
    from longwave.workflows.policy.run import Policy as Policy
    from longwave.workflows.policy.run import make_policy as make_policy
    from longwave.workflows.study import Study as Study
    from longwave.workflows.study import study as study

    __version__: str

_HOMES = {
    "FileSource": "longwave.connectors.files",
    "find_area": "longwave.core.area",
    "DataError": "longwave.core.errors",
    "LongwaveError": "longwave.core.errors",
    "UsageError": "longwave.core.errors",
    "Estimate": "longwave.core.estimate",
    "Grade": "longwave.core.estimate",
    "Refusal": "longwave.core.estimate",
    "ForecastTable": "longwave.core.forecast",
    "Licence": "longwave.core.origin",
    "Origin": "longwave.core.origin",
    "Panel": "longwave.core.panel",
    "Period": "longwave.core.period",
    "Settings": "longwave.core.settings",
    "load_settings": "longwave.core.settings",
    "Unit": "longwave.core.unit",
    "check": "longwave.workflows.data",
    "datasets": "longwave.workflows.data",
    "export": "longwave.workflows.data",
    "show": "longwave.workflows.data",
    "Made": "longwave.workflows.forecast.make",
    "make_forecast": "longwave.workflows.forecast.make",
    "add": "longwave.workflows.ingest",
    "pull": "longwave.workflows.ingest",
    "Measured": "longwave.workflows.measure",
    "Databank": "longwave.macro.databank",
    "Scenario": "longwave.macro.scenario",
    "shock": "longwave.macro.shock",
    "read_model": "longwave.macro.language.read",
    "attribute": "longwave.macro.attribution",
    "ModelAtHand": "longwave.workflows.model.at_hand",
    "model": "longwave.workflows.model.at_hand",
    "Nowcasted": "longwave.workflows.nowcast",
    "make_nowcast": "longwave.workflows.nowcast",
    "take_measure": "longwave.workflows.measure",
    "measures": "longwave.workflows.measure",
    "Policy": "longwave.workflows.policy.run",
    "PlanOptions": "longwave.policy.loop",
    "make_policy": "longwave.workflows.policy.run",
    "adopt_policy": "longwave.workflows.policy.adopt",
    "adjust_policy": "longwave.workflows.policy.adjust",
    "evaluate_policy": "longwave.workflows.policy.evaluate",
    "monitor_policy": "longwave.workflows.policy.monitor",
    "policy_history": "longwave.workflows.policy.history",
    "make_brief": "longwave.workflows.policy.brief",
    "decide_investment": "longwave.workflows.decide.invest",
    "warn_of_crises": "longwave.workflows.decide.risk",
    "weigh_portfolio": "longwave.workflows.decide.risk_portfolio",
    "Study": "longwave.workflows.study",
    "study": "longwave.workflows.study",
}

__all__ = [
    "DataError",
    "Databank",
    "Estimate",
    "FileSource",
    "ForecastTable",
    "Grade",
    "Licence",
    "LongwaveError",
    "Made",
    "Measured",
    "ModelAtHand",
    "Nowcasted",
    "Origin",
    "Panel",
    "Period",
    "PlanOptions",
    "Policy",
    "Refusal",
    "Scenario",
    "Settings",
    "Study",
    "Unit",
    "UsageError",
    "__version__",
    "add",
    "adjust_policy",
    "adopt_policy",
    "attribute",
    "check",
    "datasets",
    "decide_investment",
    "evaluate_policy",
    "export",
    "find_area",
    "load_settings",
    "make_brief",
    "make_forecast",
    "make_nowcast",
    "make_policy",
    "measures",
    "model",
    "monitor_policy",
    "policy_history",
    "pull",
    "read_model",
    "shock",
    "show",
    "study",
    "take_measure",
    "warn_of_crises",
    "weigh_portfolio",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("longwave")
    elif name == "text":
        from importlib import import_module

        value = import_module("longwave.text")
    elif name in _HOMES:
        from importlib import import_module

        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
