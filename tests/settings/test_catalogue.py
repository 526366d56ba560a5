"""What `[catalogue]` says together."""

import pytest
from settings.desk import Desk

PUBLIC = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


def test_the_documents_of_a_folder_are_among_the_files(desk: Desk) -> None:
    """A cached answer does not outlive a change of any of them."""
    folder = desk.home / "c"
    folder.mkdir(parents=True, mode=0o755)
    for name in ("b.toml", "a.json", "c.txt"):
        (folder / name).touch()
    desk.user(f'catalogue.source = "{folder}"')

    assert (folder, folder / "a.json", folder / "b.toml") == desk.load().files[-3:]
    folder.chmod(0o777)
    assert folder == desk.load().files[-1]


@pytest.mark.parametrize("source", ["s3://bucket/key", "ssm:/path", "ssm:/path/", "https://example.org/x"])
def test_what_is_fetched_is_no_file(desk: Desk, source: str) -> None:
    """There is nothing to look at on this machine."""
    desk.user(f'aws.region = "eu-west-1"\ncatalogue.key = "reader"\ncatalogue.source = "{source}"')

    assert (desk.system_file, desk.user_file) == desk.load().files
    assert ("reader", "eu-west-1") == (desk.load().catalogue.key, desk.load().catalogue.region)


def test_a_catalogue_in_aws_needs_a_key_and_a_region(desk: Desk) -> None:
    """Both are said at once, with the line to write."""
    desk.user('catalogue.source = "s3://bucket/key"')

    assert [
        "USER, line 1: catalogue.key is not set, but catalogue.source is in AWS",
        "USER, line 1: catalogue.region is not set, but catalogue.source is in AWS",
    ] == desk.complaints()
    assert 'name the access key that reads it: catalogue.key = "main"' in desk.hints()


def test_signatures_need_keys(desk: Desk) -> None:
    """Nothing could ever count otherwise."""
    desk.user("catalogue.require_signature = true")

    assert [
        "USER, line 1: catalogue.require_signature is true, but there is no key in catalogue.public_keys"
    ] == desk.complaints()


@pytest.mark.parametrize(
    "line", ["require_signature = false", "public_keys = []", 'source = "/tmp/x"', "stale_for_s = 9"]
)
def test_the_system_can_lock_what_is_signed(desk: Desk, line: str) -> None:
    """No user takes a signature, a key or the source of the company away."""
    desk.system(
        f'locked = ["catalogue"]\n[catalogue]\nsource = "https://example.org/x"\npublic_keys = ["{PUBLIC}"]\n'
        "require_signature = true"
    )
    desk.user(f"[catalogue]\n{line}")

    assert [f"USER, line 2: catalogue.{line.partition(' ')[0]} is locked in ETC, line 1"] == desk.complaints()
