"""Who may speak to a broker that serves others: sessions, attempts to sign in, tickets."""
