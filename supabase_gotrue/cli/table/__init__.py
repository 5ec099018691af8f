"""The table of commands: what can be typed, and its help."""
