"""What administrators of a broker change over REST: connectors and access keys in its store.

Connectors of the settings and of catalogues are not changed here. Each change is checked as a catalogue would be, and
noted in the trail before and after it is made.
"""

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from awsfed.broker.answers import CallerIdentity
from awsfed.broker.audit.interface import Changes
from awsfed.broker.catalogue.bounds import bounded
from awsfed.broker.catalogue.database import read_records
from awsfed.broker.catalogue.document import Reading
from awsfed.broker.catalogue.fields import VIA
from awsfed.broker.catalogue.interface import Catalogue
from awsfed.broker.keys.parsing import parse_access_key
from awsfed.broker.managed import (
    InvalidConnector,
    checked,
    key_of,
    label_of,
    record_of,
    written,
)
from awsfed.broker.store.interface import ConnectorRecord, ConnectorRecords, KeyRecord, KeyRecords
from awsfed.errors import InvalidValue, NotFound, Refused, RoleRefused
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret
from awsfed.model.text import parse_name, shown
from awsfed.outside.clock import Clock
from awsfed.settings.values import KeySettings

_NAME_LIMIT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """The verbs of one administrator; whoever calls them has found out that it is one.

    Every verb raises StoreError where store or trail cannot be used, and Busy where somebody else changed connectors
    or access keys in the same moment.
    """

    actor: Identity
    trail: Changes
    connector_records: ConnectorRecords
    key_records: KeyRecords
    fixed: Catalogue
    """The connectors of the settings and of what they name."""
    fixed_keys: Mapping[str, KeySettings]
    """The access keys of the settings."""
    caller: Callable[[AccessKey], CallerIdentity]
    """Asks AWS whose key it is."""
    clock: Clock
    new_id: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))

    def create_connector(self, document: object) -> Connector:
        """Keep a new connector.

        Raises:
            InvalidConnector: no catalogue could hold it, or there is no such access key.
        """
        number, records = self.connector_records.all()
        now = int(self.clock.now())
        record = ConnectorRecord(id=self.new_id(), document=self._written(document), created_at=now, changed_at=now)
        connector = checked(self._read((*records, record)), record.id, before=self._read(records))
        with self._change("create connector", connector=record.id, id=record.id, after=record.document):
            self.connector_records.add(record, at=number)
        return connector

    def change_connector(self, connector_id: str, document: object) -> Connector:
        """Put a document into the place of another; raise NotFound, InvalidConnector, or Refused for a fixed one."""
        number, records = self.connector_records.all()
        before = record_of(records, connector_id)
        if before is None:
            raise self._no_connector(connector_id)
        record = replace(before, document=self._written(document), changed_at=int(self.clock.now()))
        others = tuple(record if kept is before else kept for kept in records)
        connector = checked(self._read(others), record.id, before=self._read(records))
        documents = {"before": before.document, "after": record.document}
        with self._change("change connector", connector=record.id, id=record.id, **documents):
            self.connector_records.replace(record, at=number)
        return connector

    def delete_connector(self, connector_id: str) -> None:
        """Delete a connector; raise NotFound, or Refused for a fixed one and one whose credentials others use."""
        number, records = self.connector_records.all()
        before = record_of(records, connector_id)
        if before is None:
            raise self._no_connector(connector_id)
        dependents = [label_of(kept) for kept in records if key_of(kept) == f"{VIA}{connector_id}"]
        if dependents:
            message = f"connector {label_of(before)} gives its credentials to {', '.join(dependents)}"
            raise Refused(message, hint="delete or change those first")
        with self._change("delete connector", connector=connector_id, id=connector_id, before=before.document):
            self.connector_records.delete(connector_id, at=number)

    def access_keys(self) -> tuple[KeyRecord, ...]:
        """Return the access keys of the store by name, never a secret."""
        return self.key_records.all()

    def access_key(self, key_id: str) -> KeyRecord:
        """Return one of them; raise NotFound."""
        record = self.key_records.find(key_id)
        if record is None or record.id != key_id:
            raise NotFound(f"there is no access key {shown(key_id, limit=80)!r} in the store")
        return record

    def create_access_key(
        self, name: object, access_key_id: object, secret: Secret, *, skip_validation: bool = False
    ) -> KeyRecord:
        """Keep a new access key.

        Raises:
            InvalidValue: a part of it is not of its form, or AWS does not take it.
            Refused: there is a key of that name.
            AwsUnavailable: AWS could not be asked; nothing is kept.
        """
        key = self._parsed(name, access_key_id, secret)
        self._check_owner(key, skip_validation=skip_validation)
        now = int(self.clock.now())
        record = KeyRecord(
            id=self.new_id(), name=key.name, access_key_id=key.access_key_id, created_at=now, changed_at=now
        )
        with self._change("create access key", **_told(record), validated=_yes_or_no(not skip_validation)):
            self.key_records.add(record, secret)
        return record

    def change_access_key(
        self,
        key_id: str,
        *,
        name: object = None,
        access_key_id: object = None,
        secret: Secret | None = None,
        skip_validation: bool = False,
    ) -> KeyRecord:
        """Rename a key, or put another into its place; what is not given stays. Raises as for a new one, and NotFound.

        Raises:
            InvalidValue: another access key id was given without its secret.
        """
        before = self.access_key(key_id)
        name = before.name if name is None else name
        access_key_id = before.access_key_id if access_key_id is None else access_key_id
        if secret is None and access_key_id != before.access_key_id:
            raise InvalidValue("secret access key is not given, but another access key id is")
        new_secret = secret or self._secret(key_id)
        key = self._parsed(name, access_key_id, new_secret, kept_name=before.name)
        if key.name != before.name and (users := self._fixed_users({before.name})):
            message = f"access key {before.name!r} is named by the connectors {', '.join(users)}"
            raise Refused(message, hint="they are of the settings or a catalogue: change them there first")
        if secret is not None:
            self._check_owner(key, skip_validation=skip_validation)
        record = replace(before, name=key.name, access_key_id=key.access_key_id, changed_at=int(self.clock.now()))
        told = {**_told(record), **{f"{part}_before": text for part, text in _told(before).items() if part != "id"}}
        validated = _yes_or_no(secret is not None and not skip_validation)
        with self._change("change access key", **told, secret="changed" if secret else "kept", validated=validated):
            self.key_records.replace(record, secret, before=before)
        return record

    def delete_access_key(self, key_id: str) -> None:
        """Delete an access key; raise NotFound, or Refused where connectors use it: of the store or of elsewhere."""
        number, connectors = self.connector_records.all()
        record = self.access_key(key_id)
        users = self._users(record, connectors)
        if users:
            message = f"access key {record.name!r} is used by the connectors {', '.join(users)}"
            raise Refused(message, hint="delete those first, or give them another key")
        with self._change("delete access key", **_told(record)):
            self.key_records.delete(key_id, at=number)

    def _users(self, record: KeyRecord, connectors: tuple[ConnectorRecord, ...]) -> list[str]:
        names = {record.id, record.name}
        stored = [label_of(kept) for kept in connectors if key_of(kept) in names]
        return stored + self._fixed_users(names)

    def _fixed_users(self, names: set[str]) -> list[str]:
        return [other.label for other in self.fixed.connectors().by_id.values() if other.access_key in names]

    def _read(self, records: tuple[ConnectorRecord, ...]) -> Reading:
        return bounded(read_records(records), self.fixed_keys)

    def _written(self, document: object) -> str:
        """Return a document as it is kept, with the id of its access key; raise InvalidConnector."""
        if not isinstance(document, dict):
            raise InvalidConnector({"": "a connector must be an object with its fields"})
        key = document.get("key")
        if isinstance(key, str) and not key.startswith(VIA):
            record = self.key_records.find(key)
            if record is None and key not in self.fixed_keys:
                message = f"names {shown(key, limit=80)!r}, and there is no such access key"
                raise InvalidConnector({"key": message})
            document = {**document, "key": record.id if record else key}
        return written(document)

    def _parsed(self, name: object, access_key_id: object, secret: Secret, kept_name: str | None = None) -> AccessKey:
        try:
            parsed = parse_name(name, limit=_NAME_LIMIT)
        except InvalidValue as error:
            raise InvalidValue(f"name {error.message}") from error
        if _is_id(parsed):
            raise InvalidValue("name looks like the id of an access key, and each must be known from the other")
        if parsed in self.fixed_keys and parsed != kept_name:
            raise Refused(f"there is an access key named {parsed!r} in the settings", hint="choose another name")
        parts = {"aws_access_key_id": access_key_id, "aws_secret_access_key": secret.reveal()}
        try:
            return parse_access_key(parsed, parts)
        except InvalidValue as error:
            raise InvalidValue(f"the access key {error.message}") from None

    def _check_owner(self, key: AccessKey, *, skip_validation: bool) -> None:
        if skip_validation:
            return
        try:
            self.caller(key)
        except RoleRefused as refusal:
            raise InvalidValue(f"the access key is not taken by AWS: {refusal.message}") from refusal

    def _secret(self, key_id: str) -> Secret:
        found = self.key_records.open(key_id)
        if found is None:
            raise NotFound(f"there is no access key {key_id!r} in the store")
        return found[1]

    def _no_connector(self, connector_id: str) -> NotFound | Refused:
        name = shown(connector_id, limit=80)
        if connector_id in self.fixed.connectors().by_id:
            message = f"connector {name!r} is not of the store, but of the settings or a catalogue"
            return Refused(message, hint="change it there")
        return NotFound(f"there is no connector {name!r} in the store")

    def _change(self, what: str, *, connector: str | None = None, **details: str) -> AbstractContextManager[object]:
        return self.trail.change(self.actor.key, self.actor.name, what, details, connector)


def _told(record: KeyRecord) -> dict[str, str]:
    """Return what the trail is told of an access key."""
    return {"id": record.id, "name": record.name, "access_key_id": record.access_key_id}


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
