import pytest
from settings.desk import Desk

from awsfed.model.endpoints import USUAL, Variant
from awsfed.model.partitions import PARTITIONS


def test_hosts_of_a_partition_take_the_place_of_ours(desk: Desk) -> None:
    """Host by host, the last file that names one counts; every other partition stays what it is."""
    desk.system('[partitions.aws-iso]\nsignin_host = "signin.example.org"\nconsole_host = "a.example.org"\n')
    desk.user('[partitions.aws-iso]\nconsole_host = "console.example.org"\n')

    settings = desk.load()
    changed = settings.partitions["aws-iso"]

    assert ("signin.example.org", "console.example.org") == (changed.signin_host, changed.console_host)
    assert not changed.regional_console
    assert settings.partitions["aws"] == PARTITIONS["aws"]
    assert f"{desk.user_file}, line 2" == settings.origins["partitions.aws-iso.console_host"].source


NO_HOSTS = [
    *("https://signin.example.org", "signin.example.org/x", "signin.example.org:444", "user@example.org"),
    *("localhost", "169.254.169.254", "a..example.org", "-a.example.org", "a_b.example.org", "A.example.org"),
    *("a.example.org\\n", "", ".", "é.example.org", f"{('a' * 63 + '.') * 4}example"),
]


@pytest.mark.parametrize("host", NO_HOSTS)
def test_a_host_is_a_name_and_nothing_more(desk: Desk, host: str) -> None:
    """What is sent there opens an account, so nothing may hide in it."""
    desk.user(f'[partitions.aws-iso]\nsignin_host = "{host}"\n')

    problem = "is not the name of a host in small letters, without https://, port or path"
    assert [f"USER, line 2: partitions.aws-iso.signin_host {problem}"] == desk.complaints()


def test_slips_are_found(desk: Desk) -> None:
    """An unknown partition, an unknown field, and a value where a table belongs."""
    desk.user(
        '[partitions]\nx = 1\n[partitions.aws-mars]\nsignin_host = "a.example.org"\n[partitions.aws]\nsigninhost=1'
    )

    complaints = desk.complaints()

    assert 3 == len(complaints), complaints
    assert "USER, line 2: partitions.x must be a table: [partitions.x]" == complaints[0]
    assert complaints[1].startswith("USER, line 3: partitions.aws-mars is no name for a partition: it must be one of")
    assert "USER, line 6: partitions.aws.signinhost is not a setting" == complaints[2]
    assert "did you mean partitions.aws.signin_host?" in desk.hints()


def test_hosts_can_be_locked(desk: Desk) -> None:
    """All of them, or one: whoever keeps the machine decides where credentials go."""
    desk.system('locked = ["partitions"]\n')
    desk.user('[partitions.aws]\nsignin_host = "evil.example.org"\n')
    assert ["USER, line 2: partitions.aws.signin_host is locked in ETC, line 1"] == desk.complaints()

    desk.system('locked = ["partitions.aws.signin_host"]\n')
    desk.user('[partitions.aws]\nsignin_host = "evil.example.org"\nconsole_host = "console.example.org"\n')
    assert ["USER, line 2: partitions.aws.signin_host is locked in ETC, line 1"] == desk.complaints()


def test_switches_of_endpoints(desk: Desk) -> None:
    """Off by default; the variables of AWS itself change nothing."""
    desk.environ |= {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}
    assert USUAL == desk.load().aws.variant

    desk.user("[aws]\nuse_fips = true\nuse_dualstack = true\n")
    assert Variant(fips=True, dualstack=True) == desk.load().aws.variant


def test_a_test_host_has_no_other_endpoints(desk: Desk) -> None:
    """A switch that would do nothing is a mistake."""
    desk.user('[aws]\nendpoint = "http://127.0.0.1:5000"\nuse_fips = true\n')

    assert ["USER, line 3: aws.use_fips is true, but aws.endpoint names a test host"] == desk.complaints()
