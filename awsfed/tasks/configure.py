"""Profiles in `~/.aws/config` that answer through credential_process."""

from collections.abc import Sequence
from dataclasses import dataclass

from awsfed.errors import NotGranted, Refused
from awsfed.model.slugs import closest
from awsfed.tasks.process_line import process_line
from awsfed.workstation.awsfiles.config_file import OwnProfile
from awsfed.workstation.awsfiles.shadowing import ProfileFiles
from awsfed.workstation.cache.interface import cache_key, is_of
from awsfed.workstation.known import Known, KnownConnector


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """What became of the file."""

    written: tuple[str, ...]
    """Profiles that are new or changed."""
    unchanged: tuple[str, ...]
    repaired: tuple[str, ...]
    """Profiles whose older credentials in the credentials file were in the way and are deleted."""
    pruned: tuple[str, ...]
    """Profiles that awsfed had written for connectors that are granted no more."""
    difference: str = ""
    """What a dry run would change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure:
    """Writes profiles for connectors, renews the lines of those written before, and prunes what is granted no more."""

    files: ProfileFiles
    issuer: str

    def __call__(self, known: Known, wanted: Sequence[str], *, profile: str | None = None) -> Configured:
        """Write profiles.

        Args:
            known: who is signed in, with the connectors that are granted just now.
            wanted: connectors to write; profiles that were written before are kept current besides.
            profile: the name of the profile; that of the connector by default.

        Raises:
            NotGranted: one of them is not granted; nothing is written.
            Refused: some other source of credentials stands under the name.
            StoreError: the file cannot be read or written.
        """
        plan, pruned = self._plan(known, wanted, profile)
        for name, _ in plan:
            self.files.check_process(name)
        written = {
            name: self.files.put_process(
                name, connector=connector.id, command=_command(known, connector), region=connector.region
            )
            for name, connector in plan
        }
        for name in pruned:
            self.files.config.remove(name)
        return Configured(
            written=tuple(name for name, one in written.items() if one.changed),
            unchanged=tuple(name for name, one in written.items() if not one.changed),
            repaired=tuple(name for name, one in written.items() if one.repaired),
            pruned=tuple(pruned),
        )

    def preview(self, known: Known, wanted: Sequence[str], *, profile: str | None = None) -> Configured:
        """Return what a call would do, and do nothing; the same errors."""
        plan, pruned = self._plan(known, wanted, profile)
        differences = []
        for name, connector in plan:
            self.files.check_process(name)
            differences.append(
                self.files.config.preview(
                    name, connector=connector.id, command=_command(known, connector), region=connector.region
                )
            )
        return Configured(written=(), unchanged=(), repaired=(), pruned=tuple(pruned), difference="".join(differences))

    def _plan(
        self, known: Known, wanted: Sequence[str], profile: str | None
    ) -> tuple[list[tuple[str, KnownConnector]], list[str]]:
        """Return the profiles to write, each with its connector, and those to remove."""
        granted = {connector.id: connector for connector in known.connectors}
        for name in wanted:
            if name not in granted:
                meant = closest(name, list(granted))
                hint = f"did you mean {meant}?" if meant else "awsfed connectors"
                raise NotGranted(f"no connector {name!r} for {known.name}", hint=hint)
        before = {own.profile: own for own in self.files.config.ours()}
        targets = {name: own.connector for name, own in before.items() if self._is_ours(own)}
        for name in wanted:
            target = profile or known.handle(granted[name])
            if target in before and target not in targets:
                raise Refused(
                    f"profile {target} was made for another Crowd than {self.issuer}",
                    hint="choose another name with --profile NAME",
                )
            targets[target] = name
        plan = [(name, granted[connector]) for name, connector in targets.items() if connector in granted]
        return plan, [name for name, connector in targets.items() if connector not in granted]

    def _is_ours(self, own: OwnProfile) -> bool:
        """Tell whether a profile was made for this issuer; those for others are none of our business."""
        return own.command is None or is_of(own.command.rpartition(" ")[2], self.issuer)


def _command(known: Known, connector: KnownConnector) -> str:
    return process_line(
        cache_key(connector.id, issuer=known.issuer, subject=known.subject, fingerprint=connector.fingerprint)
    )
