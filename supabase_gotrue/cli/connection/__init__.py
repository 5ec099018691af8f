"""Which project a command is about: its URL, its key, and why calls to it fail."""
