"""Where a series may go next, and how often such statements about its own past came true."""
