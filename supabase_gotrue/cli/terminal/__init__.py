"""People at a terminal: questions, progress, Ctrl-C."""
