"""The tables of a broker that serves others: sessions, attempts, the trail, connectors and sealed access keys."""
