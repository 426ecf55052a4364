"""The era model: one maturity behind the six dimensions, its turning point, or the word that none can be dated."""
