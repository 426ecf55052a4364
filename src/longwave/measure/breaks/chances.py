"""How a p-value is written: no finer than its artificial series can tell, and never as if it were nought."""

from __future__ import annotations

from longwave.core.message import Message, say

_LEAST, _ROUGH, _MOST = 0.01, 0.15, 0.95
_SIZE = 0.05


def chance(p_value: float) -> Message:
    """``p < 0.01``; ``p = 0.03``; three or more figures about 0.05, until they show on which side it lies; ``p about
    0.4`` from 0.15 on, where another seed would change the second figure; ``p > 0.9``."""
    if p_value < _LEAST:
        return say("breaks.chance_below", p=f"{_LEAST:.2f}")
    if p_value >= _MOST:
        return say("breaks.chance_above", p="0.9")
    if p_value >= _ROUGH:
        return say("breaks.chance_about", p=f"{p_value:.1f}")
    digits = 2
    while p_value != _SIZE and float(f"{p_value:.{digits}f}") == _SIZE and digits < 6:
        digits += 1
    return say("breaks.chance", p=f"{p_value:.{digits}f}")
