"""The connectors that administrators made, as a catalogue; they are parsed anew when one of them changed."""

import threading
from collections.abc import Iterable, Mapping

from awsfed.broker.catalogue.bounds import bounded
from awsfed.broker.catalogue.document import Reading, read_tables
from awsfed.broker.catalogue.interface import Connectors
from awsfed.broker.catalogue.json_text import parse_json
from awsfed.broker.store.interface import ConnectorRecord, ConnectorRecords
from awsfed.settings.problems import InvalidSettings
from awsfed.settings.values import KeySettings

ORIGIN = "the store of the broker"


class StoredCatalogue:
    """A catalogue over the records; threads may share it."""

    def __init__(self, records: ConnectorRecords, keys: Mapping[str, KeySettings]) -> None:
        """Take the keys of the settings too: what they allow binds these connectors as any others."""
        self._records = records
        self._keys = keys
        self._lock = threading.Lock()
        self._parsed: tuple[int, Reading, Connectors] | None = None

    def connectors(self) -> Connectors:
        """Return the connectors as they are now; see the port."""
        with self._lock:
            parsed = self._parsed
        if parsed is None or parsed[0] != self._records.revision():
            number, records = self._records.all()
            reading = bounded(read_records(records), self._keys)
            parsed = number, reading, Connectors(by_id=reading.connectors, origin=ORIGIN)
            with self._lock:
                if self._parsed is None or self._parsed[0] < number:
                    self._parsed = parsed
        parsed[1].good()
        return parsed[2]


def read_records(records: Iterable[ConnectorRecord]) -> Reading:
    """Return what records hold, as the one parser reads it."""
    return read_tables({record.id: table_of(record) for record in records}, find=lambda _: (ORIGIN, None))


def table_of(record: ConnectorRecord) -> object:
    """Return the table of a record; for a document that is none, a text, which no parser takes for a connector."""
    try:
        return parse_json(record.document.encode(), ORIGIN)
    except InvalidSettings:
        return record.document
