"""Nowcasts: the present quarter of a slow figure, read from quicker ones whose last months differ."""
