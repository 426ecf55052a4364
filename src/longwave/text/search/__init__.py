"""Search: which paragraph of many documents a question is about, before its answer is looked for."""
