"""Early warning of banking crises: signals, their quality out of sample, the buffer they guide."""
