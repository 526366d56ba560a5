"""The OpenAPI document, and the server held to it by what schemathesis thinks of."""

import subprocess
from pathlib import Path

from conftest import SCRIPTS
from server.conftest import OURS, Server

from awsfed.server.app import all_resources

CONFIG = Path(__file__).with_name("schemathesis.toml")
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,allow_header_conformance,missing_required_header"
)
ENDING = {"delete_rest_awsfed_1_session", "post_rest_awsfed_1_session"}
"""Not driven: one ends the session that the others use, and the other slows down whoever guesses passwords."""


def test_the_document_has_every_resource(server: Server) -> None:
    """With its body, its answers and who may ask; it loads nothing from elsewhere, and there is no page for it."""
    document = server.ask("GET", "/openapi.json").json

    assert {(path, resource.method.lower()) for path, resource in all_resources()} == {
        (path, method) for path, methods in document["paths"].items() for method in methods
    }
    for path, resource in all_resources():
        operation = document["paths"][path][resource.method.lower()]
        assert (resource.takes is not None) == ("requestBody" in operation)
        assert "422" not in operation["responses"]
    assert {"Failure", "TakenConnector", "Narrowing", "SignIn"} <= set(document["components"]["schemas"])
    assert [404, 404] == [server.ask("GET", path).status for path in ("/docs", "/redoc")]


def test_it_says_what_is_sent_here(server: Server) -> None:
    """The cookie of plain http has another name; and what the vendor's server leaves out is never null."""
    document = server.ask("GET", "/openapi.json").json
    members = [
        member
        for name, schema in document["components"]["schemas"].items()
        if name.startswith("Vendor")
        for member in schema["properties"].values()
    ]
    made = server.ask("POST", f"{OURS}/session", body={"name": "bob", "password": "bob-sandbox", "cookie": True})

    assert made.headers["Set-Cookie"].startswith(f"{document['components']['securitySchemes']['cookie']['name']}=")
    assert len(members) > 30
    assert "null" not in str(members)


def test_the_server_keeps_to_the_document(server: Server) -> None:
    """No failure of its own, no status, type or body that is not described, whatever comes."""
    run = subprocess.run(
        [
            *(str(SCRIPTS / "st"), f"--config-file={CONFIG}", "run", f"{server.url}/openapi.json", "--no-color"),
            *("-H", f"Authorization: Bearer {server.token('carol')}", "-n", "15", "--continue-on-failure"),
            *("--phases", "coverage,fuzzing", "--checks", CHECKS, "--suppress-health-check", "all"),
            *(word for name in sorted(ENDING) for word in ("--exclude-operation-id", name)),
        ],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
        cwd=server.workstation.home,
    )

    assert 0 == run.returncode, run.stdout[-8000:] + run.stderr[-2000:]
    assert [] == server.lines("bug")
