"""No cache: every use asks the broker."""

from awsfed.launch import Entry


class NoCache:
    """Keeps nothing; see the port."""

    def get(self, key: str) -> Entry | None:
        """Return None."""

    def put(self, key: str, entry: Entry) -> None:
        """Keep nothing."""

    def delete(self, key: str) -> None:
        """Have nothing to remove."""
