from settings.desk import Desk

DEV = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"


def test_the_last_file_that_names_a_host_counts(desk: Desk) -> None:
    """The two files are laid over each other host by host, each value with its origin."""
    desk.system(f'[registries]\n"{DEV}" = "dev"\n"*.dkr.ecr.us-east-1.amazonaws.com" = "ops"\n')
    desk.user(f'[registries]\n"{DEV}" = "mine"\n')

    settings = desk.load()

    assert {DEV: "mine", "*.dkr.ecr.us-east-1.amazonaws.com": "ops"} == settings.registries
    assert f"{desk.user_file}, line 2" == settings.origins[f"registries.{DEV}"].source


def test_mistakes_are_found_one_by_one(desk: Desk) -> None:
    """A host without quotes is a table to TOML, and so is said; hosts and connectors are parsed."""
    desk.user('[registries]\na.example.org = "dev"\n"https://b.example.org" = "dev"\n"c.example.org" = "a b"\n')

    complaints = desk.complaints()

    assert 3 == len(complaints), complaints
    assert "USER, line 1: registries.a must be the id of a connector" in complaints
    assert any(text.startswith("USER, line 3: registries.https://b.example.org is not the host") for text in complaints)
    assert any(text.startswith("USER, line 4: registries.c.example.org must be 1 to 64 letters") for text in complaints)


def test_registries_can_be_locked(desk: Desk) -> None:
    """Whoever keeps the machine may decide for everybody."""
    desk.system(f'locked = ["registries"]\n[registries]\n"{DEV}" = "dev"\n')
    desk.user(f'[registries]\n"{DEV}" = "mine"\n"other.example.org" = "mine"\n')

    assert [
        f"USER, line 2: registries.{DEV} is locked in ETC, line 1",
        "USER, line 3: registries.other.example.org is locked in ETC, line 1",
    ] == desk.complaints()
