import re
import tomllib

from settings.desk import Desk

from awsfed.settings.show import rows
from awsfed.settings.table import TABLE
from awsfed.settings.template import template
from awsfed.settings.values import CacheMode, SecretReference, SecretSource
from awsfed.settings.variables import VARIABLES


def test_a_template_without_answers_sets_nothing(desk: Desk) -> None:
    """Every line is a comment or the head of a table, and it loads as the defaults."""
    desk.user(template({}))

    assert {"default"} == {origin.source for origin in desk.load().origins.values()}


def test_every_commented_line_is_right_when_it_is_switched_on(desk: Desk) -> None:
    """Defaults and examples are values that the program takes, keys and connectors included."""
    text = re.sub(r'^# (\[|[a-z_]+ = |"[0-9])', r"\1", template({}), flags=re.MULTILINE)
    text = re.sub(r'^(source = )"keyring"', r'\1"profile"', text, flags=re.MULTILINE)
    text = text.replace('auth = "basic"', 'auth = "client_credentials"')
    desk.user(text)

    assert desk.complaints() == []
    host = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
    names = {key.name.replace("NAME", "main").replace("HOST", host).replace("PARTITION", "aws-iso") for key in TABLE}
    assert names <= set(desk.load().origins)


def test_answers_come_back_when_it_is_loaded(desk: Desk) -> None:
    """What was answered is what is loaded, in whatever form it was given."""
    desk.user(
        template(
            {
                "crowd.url": "https://crowd.example.org/crowd",
                "crowd.application": 'a "quoted" name',
                "crowd.secret": SecretReference(source=SecretSource.DESCRIPTOR, descriptor=3),
                "cache.mode": CacheMode.NONE,
                "access.administrators": ("Ä", "b"),
                "keys.a.b.source": "environment",
                "connectors.dev": {"type": "SESSION_TOKEN", "key": "a.b", "groups": ["x"], "region": None},
            }
        )
    )

    settings = desk.load()

    assert settings.crowd is not None
    assert settings.crowd.application == 'a "quoted" name'
    assert settings.crowd.secret.descriptor == 3
    assert settings.cache is CacheMode.NONE
    assert settings.administrators == ("Ä", "b")
    assert settings.keys["a.b"].source.value == "environment"
    assert settings.connectors == {"dev": {"type": "SESSION_TOKEN", "key": "a.b", "groups": ["x"]}}


def test_the_template_is_toml_of_the_standard_form() -> None:
    """It parses with nothing but comments in it."""
    assert set(tomllib.loads(template({}))) == {key.path[0] for key in TABLE} - {"keys", "partitions"}


def test_every_setting_has_a_sentence_and_a_value_to_show() -> None:
    """Documentation is made from the table, so nothing in it may be missing."""
    for key in TABLE:
        assert key.sentence.endswith(".")
        assert key.default is not None or key.example is not None
        assert key.variable is None or key.variable in VARIABLES


def test_rows_show_every_value_with_its_origin(desk: Desk) -> None:
    """Name, value as text, place and lock, in the order of the table; connectors field by field."""
    desk.system('locked = ["session.hours"]')
    desk.user(
        '[crowd]\nsecret = "file:/run/x"\n[access]\nadministrators = ["a", "b"]\n[connectors.dev]\nduration = 900\n'
    )

    shown = {row.name: (row.value, row.source, row.locked) for row in rows(desk.load())}

    assert shown["crowd.url"] == ("", "default", False)
    assert shown["crowd.secret"] == ("file:/run/x", f"{desk.user_file}, line 2", False)
    assert shown["access.administrators"] == ("a, b", f"{desk.user_file}, line 4", False)
    assert shown["session.hours"] == ("12", "default", True)
    assert shown["connectors.dev.duration"] == ("900", f"{desk.user_file}, line 6", False)
    assert "connectors.dev" not in shown
