"""Functions for many users: streaming, concurrent calls, import, export, deletion."""
