"""In which format a request comes and in which one it is answered."""

import gzip
from collections.abc import Sequence

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request, Response

from awsfed.sandbox.crowd.errors import ContainerRefusal
from awsfed.sandbox.crowd.rendering import Format

_SUFFIXES = {".json": Format.JSON, ".xml": Format.XML}


def split_suffix(path: str, request: Request) -> tuple[str, MIMEAccept]:
    """The path without `.json` or `.xml`, and what the client accepts: a suffix outweighs the header."""
    for suffix, wanted in _SUFFIXES.items():
        if path.endswith(suffix):
            return path.removesuffix(suffix), parse_accept_header(wanted.value, MIMEAccept)
    return path, request.accept_mimetypes


def sent_format(request: Request) -> Format:
    """The format of the body; without a usable Content-Type the container answers 415."""
    for known in Format:
        if request.mimetype == known.value:
            return known
    raise ContainerRefusal(415)


def wanted_format(accept: MIMEAccept, offered: Sequence[Format]) -> Format:
    """The best format that both sides know, the first one for a client that does not say; 406 where there is none."""
    if not accept:
        return offered[0]
    plain = MIMEAccept([(one.partition(";")[0].strip(), quality) for one, quality in accept])
    best = plain.best_match([one.value for one in offered])
    if best is None:
        raise ContainerRefusal(406)
    return Format(best)


def compressed(request: Request, response: Response) -> Response:
    """The same answer, packed with gzip where the client takes that."""
    data = response.get_data()
    if data and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(data, compresslevel=1))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response
