"""Catalogues in an object of S3."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from awsfed.broker.catalogue.copies import Fetched
from awsfed.broker.catalogue.signature import Part
from awsfed.errors import ConfigError, InvalidValue
from awsfed.model.credentials import AccessKey
from awsfed.model.signatures import SIGNATURE_LIMIT, SUFFIX
from awsfed.outside.aws import AwsDoor
from awsfed.outside.aws_answers import AwsAnswer, AwsRefusal
from awsfed.settings.aws_sources import parse_s3
from awsfed.settings.reading import LIMIT

_ETAG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')
_NOT_MODIFIED = "304"
_MISSING = {"NoSuchKey", "404", "AccessDenied"}
"""What S3 answers about an object that is not there; without s3:ListBucket it does not say that it is not."""
_HINTS = {
    "NoSuchBucket": "check catalogue.source",
    "NoSuchKey": "check catalogue.source",
    "AccessDenied": "the key that catalogue.key names needs s3:GetObject on it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Source:
    """`s3://BUCKET/KEY`; its signature is the object with `.sig` behind the key."""

    name: str
    door: AwsDoor
    key: Callable[[], AccessKey]
    region: str

    def fetch(self, known: Fetched | None, *, signed: bool) -> Fetched:
        """Ask once; see the port."""
        key = self.key()
        etag = known.etag if known and known.etag and _ETAG.fullmatch(known.etag) else None
        try:
            answer = self._get(key, "", LIMIT, {"IfNoneMatch": etag} if etag else {})
        except AwsRefusal as error:
            if known is None or error.code != _NOT_MODIFIED:
                hint = _HINTS.get(error.code)
                raise ConfigError(f"the catalogue {self.name} cannot be read: {error.message}", hint=hint) from error
            answer = None
        signature = self._signature(key) if signed else None
        if answer is None and known:
            return replace(known, parts=tuple(replace(part, signature=signature) for part in known.parts))
        data: Mapping[str, Any] = answer.data if answer else {}
        new = str(data.get("ETag", ""))
        part = Part(name=self.name, body=data["Body"], signature=signature)
        return Fetched(parts=(part,), etag=new if _ETAG.fullmatch(new) else None)

    def _signature(self, key: AccessKey) -> bytes | None:
        try:
            body: bytes = self._get(key, SUFFIX, SIGNATURE_LIMIT, {}).data["Body"]
        except AwsRefusal as error:
            if error.code in _MISSING:
                return None
            raise ConfigError(f"the signature {self.name}{SUFFIX} cannot be read: {error.message}") from error
        return body

    def _get(self, key: AccessKey, suffix: str, limit: int, conditions: Mapping[str, str]) -> AwsAnswer:
        try:
            bucket, path = parse_s3(self.name)
        except InvalidValue as error:
            raise ConfigError(f"catalogue.source {error.message}") from error
        parameters = {"Bucket": bucket, "Key": path + suffix, **conditions}
        return self.door.call("s3", "GetObject", parameters, key, self.region, body_limit=limit)
