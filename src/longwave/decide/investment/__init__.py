"""Corporate investment: cash flows drawn from scenarios, hurdle, real option, and a clear sentence."""
