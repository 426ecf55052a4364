"""The verb decide: an investment file, or the risk of an economy and of a portfolio."""
