"""What a command gives back: records, tables, messages, errors and the exit status."""
