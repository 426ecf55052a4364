"""What rises next: emerging industries and technologies, and the shock of language models."""
