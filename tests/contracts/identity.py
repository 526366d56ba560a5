"""What every identity source promises; subclassed for the fake and for the real one."""

from typing import Protocol

import pytest

from awsfed.broker.identity.interface import IdentitySource
from awsfed.errors import IdentityUnavailable, LoginRefused, PasswordExpired, UserInactive
from awsfed.model.secret import Secret

RIGHT = Secret("right-0123456789")


class People(Protocol):
    """The directory's own side."""

    def add(self, name: str, password: str, *groups: str) -> None: ...
    def delete(self, name: str) -> None: ...
    def rename(self, old: str, new: str) -> None: ...
    def switch_off(self, name: str) -> None: ...
    def expire(self, name: str) -> None: ...
    def put_in(self, name: str, *groups: str) -> None: ...
    def switch_off_group(self, group: str) -> None: ...
    def break_down(self) -> None: ...
    def password_checks(self) -> int: ...


class IdentitySourceContract:
    """Needs the fixtures `source` and `people`; the groups `red` and `blue` are there."""

    @pytest.fixture(autouse=True)
    def _ada(self, people: People) -> None:
        people.add("Ada", RIGHT.reveal(), "red", "blue")

    def test_the_issuer_is_a_url(self, source: IdentitySource) -> None:
        """Sessions belong to a URL without a slash at its end."""
        assert source.issuer.startswith("http")
        assert not source.issuer.endswith("/")

    def test_a_right_password_tells_who_it_is(self, source: IdentitySource, people: People) -> None:
        """The name comes back in the directory's spelling, and one try is all."""
        person = source.authenticate("aDA", RIGHT)

        assert person.name == "Ada"
        assert person.key == source.look_up("ada").key
        assert people.password_checks() == 1

    def test_whoever_is_switched_off_is_found_where_that_was_asked_for(
        self, source: IdentitySource, people: People
    ) -> None:
        """With the groups, to take away what they got; somebody who was never there is not."""
        before = source.look_up("ada")
        people.switch_off("Ada")

        with pytest.raises(UserInactive):
            source.look_up("ada")
        assert before == source.look_up("ada", even_inactive=True)
        with pytest.raises(UserInactive):
            source.look_up("nobody", even_inactive=True)

    def test_everything_wrong_with_a_login_is_one_answer(self, source: IdentitySource, people: People) -> None:
        """A wrong password, an unknown user and a user who was switched off cannot be told apart."""
        people.add("off", RIGHT.reveal())
        people.switch_off("off")

        said = set()
        for name, password in (("Ada", Secret("wrong")), ("nobody", RIGHT), ("off", RIGHT)):
            with pytest.raises(LoginRefused) as caught:
                source.authenticate(name, password)
            said.add((caught.value.message, caught.value.hint))

        assert len(said) == 1
        assert people.password_checks() == 3

    @pytest.mark.parametrize(("name", "password"), [("", RIGHT), (" ", RIGHT), ("Ada", Secret(""))])
    def test_nobody_is_asked_about_nothing(
        self, source: IdentitySource, people: People, name: str, password: Secret
    ) -> None:
        """An empty name or password is refused before anybody hears of it."""
        with pytest.raises(LoginRefused):
            source.authenticate(name, password)

        assert people.password_checks() == 0

    def test_an_expired_password_is_told(self, source: IdentitySource, people: People) -> None:
        """The right password that has to be changed first has an error of its own."""
        people.expire("Ada")

        with pytest.raises(PasswordExpired):
            source.authenticate("Ada", RIGHT)

    def test_groups_are_those_of_now(self, source: IdentitySource, people: People) -> None:
        """Nothing is remembered from one look to the next."""
        assert sorted(source.look_up("Ada").groups) == ["blue", "red"]

        people.put_in("Ada", "blue")

        assert source.look_up("Ada").groups == ("blue",)

    def test_inactive_groups_open_nothing(self, source: IdentitySource, people: People) -> None:
        """A group that was switched off is not among the groups."""
        people.switch_off_group("red")

        assert source.look_up("Ada").groups == ("blue",)

    def test_a_user_switched_off_is_refused(self, source: IdentitySource, people: People) -> None:
        """Whoever was switched off has no groups any more, but an error."""
        people.switch_off("Ada")

        with pytest.raises(UserInactive):
            source.look_up("Ada")

    @pytest.mark.parametrize("name", ["nobody", "", " ", "a\nb"])
    def test_an_unknown_user_is_refused(self, source: IdentitySource, name: str) -> None:
        """No name stands for nobody with no groups, or for everybody."""
        with pytest.raises(UserInactive):
            source.look_up(name)

    def test_a_new_user_of_an_old_name_has_another_key(self, source: IdentitySource, people: People) -> None:
        """The key tells a user from the one who had the name before."""
        before = source.look_up("Ada").key
        people.delete("Ada")
        people.add("Ada", RIGHT.reveal())

        assert source.look_up("Ada").key != before

    def test_a_renamed_user_keeps_the_key(self, source: IdentitySource, people: People) -> None:
        """The old name is gone, the key is the same."""
        before = source.look_up("Ada").key
        people.rename("Ada", "Lovelace")

        assert source.look_up("Lovelace").key == before
        with pytest.raises(UserInactive):
            source.look_up("Ada")

    def test_a_directory_that_is_down_is_unavailable(self, source: IdentitySource, people: People) -> None:
        """A directory that fails says nothing about anybody, and a password is tried once all the same."""
        people.break_down()

        with pytest.raises(IdentityUnavailable):
            source.authenticate("Ada", RIGHT)
        assert people.password_checks() == 1
        with pytest.raises(IdentityUnavailable):
            source.look_up("Ada")
        with pytest.raises(IdentityUnavailable):
            source.ping()

    def test_a_ping_tells_what_is_there(self, source: IdentitySource) -> None:
        """It names the server without checking any password."""
        assert source.ping()
