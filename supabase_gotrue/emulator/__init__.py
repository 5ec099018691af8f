"""A local GoTrue server for development and tests."""

from supabase_gotrue.emulator.extra import missing_extra

try:
    from supabase_gotrue.emulator.emulator import Emulator
    from supabase_gotrue.emulator.server import LoggedRequest
    from supabase_gotrue.emulator.services.outbox import Mail
    from supabase_gotrue.emulator.settings import DEFAULT_SECRET, Settings, SettingsOptions
except ModuleNotFoundError as _error:
    raise missing_extra(_error) from _error

__all__ = ["DEFAULT_SECRET", "Emulator", "LoggedRequest", "Mail", "Settings", "SettingsOptions"]
