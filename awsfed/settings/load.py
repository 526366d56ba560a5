"""From files, environment and options to the settings: the system's file, the user's, variables, options."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from awsfed.settings.assemble import assemble
from awsfed.settings.layering import Layering
from awsfed.settings.places import SYSTEM_FILE, state_directory, user_config_file
from awsfed.settings.problems import Problem, in_order, refuse_errors
from awsfed.settings.values import Settings
from awsfed.settings.variables import unknown_variables

__all__ = ["Examination", "check", "examine", "load", "state_directory", "user_config_file"]
_NO_OPTIONS: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Examination:
    """The settings as far as they can be made out, and everything that is wrong with them."""

    settings: Settings
    """Defaults stand where a value is wrong: not to be used while there are errors."""
    problems: tuple[Problem, ...]


def load(
    *, environ: Mapping[str, str], options: Mapping[str, object] = _NO_OPTIONS, system_file: Path = SYSTEM_FILE
) -> Settings:
    """Return the settings.

    Options go by dotted names, such as `{"aws.region": "eu-central-1"}`; None is an option that was not given.

    Raises:
        InvalidSettings: something is wrong; all of it is in `problems`.
        UnsafePermissions: a settings file could have been written by somebody else.
    """
    layering = Layering(environ=environ, options=options, system_file=system_file)
    settings, problems = assemble(layering.values())
    if layering.unsafe:
        raise layering.unsafe[0]
    refuse_errors(in_order((*layering.problems, *problems)))
    return settings


def check(
    *, environ: Mapping[str, str], options: Mapping[str, object] = _NO_OPTIONS, system_file: Path = SYSTEM_FILE
) -> tuple[Problem, ...]:
    """Return every mistake at once, warnings among them; those inside connectors are for the catalogue to find."""
    return examine(environ=environ, options=options, system_file=system_file).problems


def examine(
    *, environ: Mapping[str, str], options: Mapping[str, object] = _NO_OPTIONS, system_file: Path = SYSTEM_FILE
) -> Examination:
    """Return the settings together with every mistake in them."""
    layering = Layering(environ=environ, options=options, system_file=system_file)
    settings, problems = assemble(layering.values())
    everything = (*layering.problems, *problems, *unknown_variables(environ))
    return Examination(settings=settings, problems=in_order(everything))
