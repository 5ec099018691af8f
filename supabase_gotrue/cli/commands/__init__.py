"""The functions of commands, in a module per group."""
