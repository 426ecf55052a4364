"""Models that begin from nothing: tokenizer and weights are learnt from the given rows alone."""
