"""The main way: sign in, list, vend."""

from server.conftest import OURS, Server


def test_somebody_signs_in_and_vends(server: Server) -> None:
    """With our own resources."""
    listed = server.ask("GET", f"{OURS}/connectors", user="alice")
    vended = server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, user="alice")

    assert (200, ["dev", "artifacts", "shared"]) == (listed.status, [one["id"] for one in listed.json["values"]])
    assert (200, "dev") == (vended.status, vended.json["connector"]["id"]), vended.body
