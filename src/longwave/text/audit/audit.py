"""The audit: everything that is looked at before a corpus is learnt from, the serious findings first.

Linear in the rows but for the label noise, which looks at a sample of 20,000 at most.
"""

from __future__ import annotations

from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.text.audit.classes import balance, unseen_labels
from longwave.text.audit.finding import Audit, by_severity
from longwave.text.audit.label_noise import label_noise
from longwave.text.audit.length_and_language import languages, length
from longwave.text.audit.order_in_time import order_in_time
from longwave.text.audit.repeats import contradictions, duplicates, leaks, look_for_repeats
from longwave.text.table import TextTable

_STEPS = 3


def audit(
    table: TextTable,
    *,
    limit: int | None = 512,
    windows: bool = True,
    noise: bool = True,
    seed: int = 0,
    progress: Progress = silent,
) -> Audit:
    """What is worth knowing of a corpus before it is learnt from.

    limit: tokens that the model reads, None where it reads every text whole; windows: whether it could read long texts in
    parts; noise: whether doubtful labels are looked for (wants scikit-learn; it is named in a
    finding where it is not there); seed: of the folds and the sample for these. Deterministic. An empty table has no
    findings.
    """
    if not len(table):
        return Audit(0, ())
    progress(say("text_audit.looking_for_repeats"), 0, _STEPS)
    repeats = look_for_repeats(table)
    findings = [*leaks(table, repeats), *duplicates(table, repeats), *contradictions(table, repeats)]
    progress(say("text_audit.looking_at_classes"), 1, _STEPS)
    findings += [*unseen_labels(table), *balance(table), *order_in_time(table)]
    findings += [*length(table, limit, windows=windows), *languages(table)]
    progress(say("text_audit.looking_for_noise"), 2, _STEPS)
    findings += label_noise(table, seed) if noise else ()
    progress(say("text_audit.looking_for_noise"), _STEPS, _STEPS)
    return Audit(len(table), by_severity(findings))
