"""A system's file, a user's file and an environment, for tests that read settings."""

from collections.abc import Mapping
from pathlib import Path

from awsfed.settings.load import check, load
from awsfed.settings.values import Settings


class Desk:
    """A system's file, a user's file and an environment, all in one folder."""

    def __init__(self, folder: Path) -> None:
        self.system_file = folder / "etc" / "config.toml"
        self.user_file = folder / "home" / ".config" / "awsfed" / "config.toml"
        self.home = folder / "home"
        self.environ = {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / ".config")}

    def system(self, text: str) -> None:
        self._write(self.system_file, text)

    def user(self, text: str) -> None:
        self._write(self.user_file, text)

    def load(self, options: Mapping[str, object] | None = None) -> Settings:
        return load(environ=self.environ, options=options or {}, system_file=self.system_file)

    def complaints(self, options: Mapping[str, object] | None = None) -> list[str]:
        problems = check(environ=self.environ, options=options or {}, system_file=self.system_file)
        return [str(p).replace(str(self.system_file), "ETC").replace(str(self.user_file), "USER") for p in problems]

    def hints(self) -> list[str | None]:
        return [problem.hint for problem in check(environ=self.environ, system_file=self.system_file)]

    @staticmethod
    def _write(path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o644)
