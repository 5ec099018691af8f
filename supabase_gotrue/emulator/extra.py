"""The error if a package of the extra `emulator` is not installed."""


def missing_extra(error: ModuleNotFoundError) -> ImportError:
    """Return an error that says how to install what is missing."""
    command = 'pip install "supabase-gotrue[emulator]"'
    message = f"supabase_gotrue.emulator needs the package {error.name}. Install it: {command}"
    return ImportError(message, name=error.name)
