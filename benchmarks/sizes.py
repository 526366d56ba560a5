"""Large worlds: 10,000 connectors, a user in 1,000 groups, a credentials file of 5,000 profiles."""

from pathlib import Path

import homes
from homes import AWSFED, LAUNCHER, PYTHON, Home
from measure import Case, Figures, interleaved
from table import Part, ratio, records

from awsfed.sandbox.world import Sandbox

CONNECTORS = 10_000
GROUPS = 1_000
PROFILES = 5_000
_USER = "alice"


def measure(sandbox: Sandbox, folder: Path, rounds: int) -> Part:
    """Measure a large world beside the default one."""
    small, large = _home(sandbox, folder / "small"), _large(sandbox, folder / "large")
    usual = "python -c pass"
    cases = [
        Case(name=usual, command=[PYTHON, "-c", "pass"], environ=small.environ),
        _case("list small", small, "connectors"),
        _case("list", large, "connectors"),
        _case("resolve small", small, "credential-process", "dev", cold=True),
        _case("resolve", large, "credential-process", f"c{CONNECTORS // 2}", cold=True),
        Case(name="complete", command=[LAUNCHER, "--names"], environ=large.environ),
    ]
    found = interleaved(cases, rounds=rounds)
    crowd = f"{CONNECTORS:,} connectors, {GROUPS:,} groups"
    rows = [
        ratio(f"{crowd}: list", found["list"], found["list small"], "a list of 4"),
        ratio(f"{crowd}: resolve, cold", found["resolve"], found["resolve small"], "one of 5"),
        ratio(f"{crowd}: complete", found["complete"], found[usual], usual, 2.0),
    ]
    files = _files(sandbox, folder, rounds)
    rows.append(
        ratio(f"credentials file of {PROFILES:,} profiles: write one", files["5000"], files["1"], "a file of 1")
    )
    return Part(name="sizes", rows=rows, records={**records(found), **records(files)})


def _files(sandbox: Sandbox, folder: Path, rounds: int) -> dict[str, Figures]:
    """Measure writing a profile into a short credentials file and a long one."""
    cases = []
    for profiles in (1, PROFILES):
        home = _home(sandbox, folder / f"profiles-{profiles}")
        home.awsfed("credential-process", "dev")
        path = Path(home.environ["HOME"]) / ".aws" / "credentials"
        path.parent.mkdir(mode=0o700)
        text = "".join(
            f"[other-{i}]\naws_access_key_id = AKIA{i:016}\naws_secret_access_key = {'x' * 40}\n\n"
            for i in range(profiles)
        )

        def rewrite(path: Path = path, text: str = text) -> None:
            path.write_text(text)
            path.chmod(0o600)

        command = [AWSFED, "credentials", "dev", "--profile", "mine"]
        cases.append(Case(name=str(profiles), command=command, environ=home.environ, before=rewrite))
    return interleaved(cases, rounds=rounds)


def _home(sandbox: Sandbox, folder: Path) -> Home:
    home = homes.with_variables(sandbox, folder)
    homes.sign_in(home, _USER)
    return home


def _large(sandbox: Sandbox, folder: Path) -> Home:
    """Return the home of somebody whom everything is open to."""
    for number in range(GROUPS):
        sandbox.crowd.directory.add_group(f"team-{number}")
        sandbox.crowd.directory.add_to_group(_USER, f"team-{number}")
    home = homes.with_variables(sandbox, folder)
    catalogue = folder / "catalogue.toml"
    catalogue.write_text(
        "".join(
            f'[connectors.c{number}]\ntype = "ASSUME_ROLE"\nkey = "main"\n'
            f'role_arn = "arn:aws:iam::123456789012:role/developer"\ngroups = ["team-{number % GROUPS}"]\n'
            for number in range(CONNECTORS)
        )
    )
    catalogue.chmod(0o600)
    settings = home.settings.read_text()
    home.settings.write_text(f'{settings}\n[catalogue]\nsource = "{catalogue}"\n')
    homes.sign_in(home, _USER)
    home.awsfed("connectors")
    return home


def _case(name: str, home: Home, *arguments: str, cold: bool = False) -> Case:
    if cold:
        return Case(name=name, command=[AWSFED, *arguments], environ=home.environ, before=home.forget)
    return Case(name=name, command=[AWSFED, *arguments], environ=home.environ)
