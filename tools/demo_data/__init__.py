"""Life for a demo database: a past for its tickets, and real mail."""
