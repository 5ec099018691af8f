"""The routes that need an administrator."""
