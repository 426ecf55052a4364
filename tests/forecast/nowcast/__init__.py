"""Nowcasts: each file beside the one it tries."""
