"""A local GoTrue to develop and test against; for nothing else.

What may live here: the names that users import, nothing else.
"""

from supabase_gotrue.emulator.outbox import Mail
from supabase_gotrue.emulator.server import Emulator
from supabase_gotrue.emulator.settings import DEFAULT_SECRET, Settings, SettingsOptions

__all__ = ["DEFAULT_SECRET", "Emulator", "Mail", "Settings", "SettingsOptions"]
