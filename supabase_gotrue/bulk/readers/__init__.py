"""Readers of the exports of other systems, from lines to parameters of new users."""

from supabase_gotrue.bulk.readers.auth0 import auth0
from supabase_gotrue.bulk.readers.clerk import clerk
from supabase_gotrue.bulk.readers.cognito import cognito
from supabase_gotrue.bulk.readers.csv import csv
from supabase_gotrue.bulk.readers.django import django
from supabase_gotrue.bulk.readers.firebase import firebase
from supabase_gotrue.bulk.readers.firebase_hashes import FirebaseHashConfig
from supabase_gotrue.bulk.readers.jsonl import jsonl
from supabase_gotrue.bulk.readers.keycloak import keycloak
from supabase_gotrue.bulk.readers.rows import UserRows
from supabase_gotrue.bulk.readers.supabase import supabase

__all__ = [
    "FirebaseHashConfig",
    "UserRows",
    "auth0",
    "clerk",
    "cognito",
    "csv",
    "django",
    "firebase",
    "jsonl",
    "keycloak",
    "supabase",
]
