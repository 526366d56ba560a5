"""The connectors of the store as a catalogue."""

from dataclasses import replace

import pytest
from fakes.records import FakeConnectors, FakeKeyRecords

from awsfed.broker.catalogue.database import StoredCatalogue
from awsfed.broker.keys.stored import StoredKey
from awsfed.broker.store.interface import ConnectorRecord, KeyRecord
from awsfed.model.secret import Secret
from awsfed.settings.problems import InvalidSettings
from awsfed.settings.values import KeySettings, KeySource

GOOD = '{"type":"ASSUME_ROLE","key":"k-1","role_arn":"arn:aws:iam::123456789012:role/dev","name":"Dev"}'
RECORD = ConnectorRecord(id="c-1", document=GOOD, created_at=1, changed_at=1)


class Counting(FakeConnectors):
    """Counts how often everything is read."""

    reads = 0

    def all(self) -> tuple[int, tuple[ConnectorRecord, ...]]:
        self.reads += 1
        return super().all()


def test_connectors_are_read_again_when_one_changed() -> None:
    """And not otherwise."""
    records = Counting()
    catalogue = StoredCatalogue(records, {})
    assert {} == catalogue.connectors().by_id

    records.add(RECORD)
    assert ["Dev"] == [one.name for one in catalogue.connectors().by_id.values()]
    for _ in range(5):
        catalogue.connectors()

    assert 2 == records.reads
    records.replace(replace(RECORD, document=GOOD.replace("Dev", "Ops")))
    assert ["Ops"] == [one.name for one in catalogue.connectors().by_id.values()]
    assert "the store of the broker" == catalogue.connectors().origin


@pytest.mark.parametrize("document", ["no JSON", "[]", "7", '{"type":"ASSUME_ROLE"}', '{"type":1,"type":2}'])
def test_with_a_bad_row_none_counts(document: str) -> None:
    """As in any catalogue, every time; and all is well when it is mended."""
    records = FakeConnectors()
    records.add(RECORD)
    records.add(replace(RECORD, id="c-2", document=document))
    catalogue = StoredCatalogue(records, {})

    for _ in range(2):
        with pytest.raises(InvalidSettings, match=r"the store of the broker: connectors\.c-2"):
            catalogue.connectors()
    records.delete("c-2")

    assert ["c-1"] == list(catalogue.connectors().by_id)


def test_the_settings_bound_what_is_asked_of_their_keys() -> None:
    """Also by a connector that an administrator made."""
    records = FakeConnectors()
    records.add(replace(RECORD, document=GOOD.replace("k-1", "main")))
    key = KeySettings(name="main", source=KeySource.KEYRING, roles=("arn:aws:iam::123456789012:role/ops-*",))

    with pytest.raises(InvalidSettings, match="asks more of the access key"):
        StoredCatalogue(records, {"main": key}).connectors()


def test_a_stored_key_is_found_by_id_or_name() -> None:
    """And is absent where there is none."""
    records = FakeKeyRecords()
    record = KeyRecord(id="k-1", name="main", access_key_id="AKIAEXAMPLE000000001", created_at=1, changed_at=1)
    records.add(record, Secret("secret/one+0123456789"))

    for name in ("k-1", "main"):
        key = StoredKey(name=name, records=records).load()
        assert key
        assert ("main", "AKIAEXAMPLE000000001", True) == (key.name, key.access_key_id, key.is_long_term)
    assert None is StoredKey(name="other", records=records).load()
    assert "the store" in StoredKey(name="main", records=records).place
