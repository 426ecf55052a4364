"""The one catalogue of messages: a TOML file a room, each entry with `en` and `zh` side by side."""
