"""Pure rules of payments: which account a bank line belongs to, what a purpose says. No database, no Django."""
