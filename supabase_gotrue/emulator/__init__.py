"""A local GoTrue server for development and tests."""

from supabase_gotrue.emulator.outbox import Mail
from supabase_gotrue.emulator.server import Emulator
from supabase_gotrue.emulator.settings import DEFAULT_SECRET, Settings, SettingsOptions

__all__ = ["DEFAULT_SECRET", "Emulator", "Mail", "Settings", "SettingsOptions"]
