"""Economic models in one text language: read, estimated, solved, shocked and steered."""
