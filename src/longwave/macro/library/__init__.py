"""Models that are shipped: texts in the model language, each with figures of its own or a map to find them."""
