"""Catalogues in the Parameter Store of Systems Manager."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from awsfed.broker.catalogue.copies import Fetched
from awsfed.broker.catalogue.signature import Part
from awsfed.errors import ConfigError, InvalidValue, ProtocolError
from awsfed.model.credentials import AccessKey
from awsfed.model.signatures import SUFFIX
from awsfed.outside.aws import AwsDoor
from awsfed.outside.aws_answers import AwsRefusal
from awsfed.settings.aws_sources import parse_ssm
from awsfed.settings.reading import LIMIT

PAGE_LIMIT = 100
_PAGE = 10
_MISSING = "ParameterNotFound"
_HINTS = {
    _MISSING: "check catalogue.source",
    "AccessDeniedException": "the key that catalogue.key names needs ssm:GetParameter on it,"
    " or ssm:GetParametersByPath where the source ends in a slash",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SsmSource:
    """`ssm:/PATH` is one parameter; `ssm:/PATH/` all that stand right below it, each a document.

    The signature of a document is the parameter with `.sig` behind its name.
    """

    name: str
    door: AwsDoor
    key: Callable[[], AccessKey]
    region: str

    def fetch(self, known: Fetched | None, *, signed: bool) -> Fetched:  # noqa: ARG002 - it has no conditions
        """Ask once; see the port."""
        try:
            path = parse_ssm(self.name)
        except InvalidValue as error:
            raise ConfigError(f"catalogue.source {error.message}") from error
        key = self.key()
        texts = self._below(key, path) if path.endswith("/") else self._one(key, path, signed=signed)
        parts = tuple(
            Part(name=f"ssm:{name}", body=text, signature=texts.get(f"{name}{SUFFIX}") if signed else None)
            for name, text in texts.items()
            if not name.endswith(SUFFIX)
        )
        if not parts:
            raise ConfigError(f"the catalogue {self.name} holds no parameter", hint=_HINTS[_MISSING])
        return Fetched(parts=parts)

    def _one(self, key: AccessKey, path: str, *, signed: bool) -> dict[str, bytes]:
        texts = {path: self._value(key, path)}
        if signed:
            with contextlib.suppress(_Missing):
                texts[f"{path}{SUFFIX}"] = self._value(key, f"{path}{SUFFIX}")
        return texts

    def _value(self, key: AccessKey, path: str) -> bytes:
        data = self._call("GetParameter", {"Name": path, "WithDecryption": True}, key)
        return _text(data.get("Parameter"))[1]

    def _below(self, key: AccessKey, path: str) -> dict[str, bytes]:
        """Return the text of every parameter right below a path, by name and in the order of names."""
        texts: dict[str, bytes] = {}
        parameters: dict[str, Any] = {"Path": path, "Recursive": False, "WithDecryption": True, "MaxResults": _PAGE}
        size = 0
        for _ in range(PAGE_LIMIT):
            data = self._call("GetParametersByPath", parameters, key)
            for parameter in data.get("Parameters") or ():
                name, text = _text(parameter)
                texts[name] = text
                size += len(text)
            if size > LIMIT:
                raise ProtocolError(f"the catalogue {self.name} is larger than {LIMIT} bytes")
            token = data.get("NextToken")
            if not token:
                return dict(sorted(texts.items()))
            parameters["NextToken"] = token
        raise ProtocolError(f"the catalogue {self.name} has more than {PAGE_LIMIT * _PAGE} parameters")

    def _call(self, operation: str, parameters: Mapping[str, Any], key: AccessKey) -> Mapping[str, Any]:
        try:
            return self.door.call("ssm", operation, parameters, key, self.region).data
        except AwsRefusal as error:
            kind = _Missing if error.code == _MISSING else ConfigError
            message = f"the catalogue {self.name} cannot be read: {error.message}"
            raise kind(message, hint=_HINTS.get(error.code)) from error


class _Missing(ConfigError):
    """There is no parameter of that name."""


def _text(parameter: object) -> tuple[str, bytes]:
    name = parameter.get("Name") if isinstance(parameter, dict) else None
    value = parameter.get("Value") if isinstance(parameter, dict) else None
    if not isinstance(name, str) or not isinstance(value, str):
        raise ProtocolError("the answer of AWS ssm is not one we understand")
    return name, value.encode("utf-8", "surrogatepass")
