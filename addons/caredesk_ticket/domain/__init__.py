"""Rules of the ticket core as plain Python: no Odoo, no database, no clock of their own."""
