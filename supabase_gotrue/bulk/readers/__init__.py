"""Readers of the exports of other systems, from lines to parameters of new users."""

from supabase_gotrue.bulk.readers.auth0 import auth0
from supabase_gotrue.bulk.readers.cognito import cognito
from supabase_gotrue.bulk.readers.csv import csv
from supabase_gotrue.bulk.readers.django import django
from supabase_gotrue.bulk.readers.firebase import FirebaseHashConfig, firebase
from supabase_gotrue.bulk.readers.jsonl import jsonl
from supabase_gotrue.bulk.readers.rows import UserRows

__all__ = [
    "FirebaseHashConfig",
    "UserRows",
    "auth0",
    "cognito",
    "csv",
    "django",
    "firebase",
    "jsonl",
]
