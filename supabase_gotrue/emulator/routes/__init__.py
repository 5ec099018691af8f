"""The routes: one table, and the handlers in a module per path."""
