"""Model texts that several tests read."""

from __future__ import annotations

KLEIN = """
# Klein (1950)
model klein1 "Klein's Model I" "克莱因模型 I"
frequency annual
source "Klein (1950)"
note "kept" "保留"
section demand "Demand" "需求"
exogenous  G "Government spending" "政府支出" [billion 1934 USD], taxes [..], Wg, A
endogenous C "Consumption" "消费" [billion 1934 USD], P
parameter  alpha = 0.36 "Capital share" "资本份额" in 0..1, beta = 1/(1 + alpha)
coefficient c0, c1 = 0.19, c2, c3, w0, w1, w2
behavioural C "Consumption function": C = c0 + c1*P + c2*P(-1) + c3*(Wp + Wg)      # a comment
  estimate 2sls  sample 1921..1941  instruments G, taxes, P(-1)  restrict c1 + c2 = 1, c3 = 0.8  errors ar(2)
section income
behavioural Wp = w0 + w1*X + w2*X(-1) + beta*A
  sample ..1941
identity X = C + G
identity P = X - taxes - Wp
"""


def large_model(equations: int, terms: int) -> str:
    """A model text of a given size, with lags, functions and labels."""
    lines = ["exogenous " + ", ".join(f"z{number}" for number in range(20))]
    lines.append("coefficient " + ", ".join(f"b{number} = 0.{number + 1}" for number in range(terms)))
    for number in range(equations):
        right = " + ".join(
            f"b{term}*log(v{(number + term) % equations}({-1 - term % 4}) + z{term % 20})"
            for term in range(terms)
        )
        lines.append(f'behavioural v{number} "Variable {number}": dlog(v{number}) = {right}')
    return "\n".join(lines)
