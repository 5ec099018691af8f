"""`python -m supabase_gotrue`: the command line."""

from supabase_gotrue.cli import main

if __name__ == "__main__":
    main()
