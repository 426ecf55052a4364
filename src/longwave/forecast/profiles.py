"""What is forecast with when nothing is asked for, and the words for the other ways.

- ``ensemble``, the default: the middle of six unlike methods.
- ``fast``: the same without the search for ARIMA orders, a tenth of the time for nearly the same errors.
- ``long_run``: slow growth with the signal-to-noise ratio averaged over, on the logarithm where values are above zero;
  for means over five years and more.

Any method of the catalogue goes by its own name; ``mean`` and ``median`` are the default's members otherwise combined.
"""

from __future__ import annotations

from dataclasses import dataclass

from longwave.forecast.ensemble import Ensemble
from longwave.forecast.method import FORECAST_METHODS, AbstractMethod
from longwave.forecast.scale import Kind

DEFAULT = "ensemble"


@dataclass(frozen=True, slots=True)
class Profile:
    """method: a name in FORECAST_METHODS; log: whether it is given logarithms where values are above zero; None leaves
    that to the unit: stated amounts grow in per cent. widened:
    whether a series' own past may widen its bands; slow growth was made for long horizons, of which one series holds few
    that do not overlap, and its own bands held what they say in many countries (`docs/concepts/long-run-growth.md`)."""

    name: str
    method: str
    log: bool | None = None
    widened: bool = True

    @property
    def fitted(self) -> AbstractMethod:
        return FORECAST_METHODS.get(self.method)

    def fitted_on(self, kind: Kind) -> AbstractMethod:
        """The method for values on a scale: an ensemble has members of their own for logarithms."""
        method = self.fitted
        return method.on_logs() if kind == "log" and isinstance(method, Ensemble) else method


_PROFILES = {"long_run": Profile("long_run", "slow_growth", log=True, widened=False)}


_LOGS_ITSELF = frozenset({"log_growth_autoregression"})
"""Methods that take the logarithm of what they are given."""


def profile(name: str) -> Profile:
    """The profile of that name, or the method by itself. Raises UsageError that names the nearest."""
    if name in _PROFILES:
        return _PROFILES[name]
    FORECAST_METHODS.get(name)
    return Profile(name, name, log=False if name in _LOGS_ITSELF else None, widened=name != "slow_growth")


def profile_names() -> list[str]:
    """Every word that `profile` understands."""
    return sorted({*FORECAST_METHODS.names(), *_PROFILES})
