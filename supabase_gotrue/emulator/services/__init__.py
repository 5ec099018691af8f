"""What handlers of several routes do: users, sessions, emails, the audit log."""
