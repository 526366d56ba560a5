"""The pages for browsers: nothing on them comes from anywhere else, and no other page may frame them."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from awsfed.server.statuses import NO_STORE

PAGE = "text/html"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 15vh auto 0; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
input { margin: 0.25rem 0 1rem; padding: 0.5rem; }
button { padding: 0.5rem; }
[hidden] { display: none; }
"""
_REDEEM = """
"use strict";
const say = (text) => { document.getElementById("said").textContent = text; };
const ticket = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
if (!ticket) {
  say("This page opens the AWS console from a link. Ask for a new link.");
} else {
  fetch("/console/redeem", {
    method: "POST", headers: {"Content-Type": "application/json"}, credentials: "omit",
    body: JSON.stringify({ticket}),
  }).then(async (answer) => {
    const body = await answer.json();
    if (answer.ok) { location.replace(body.url); } else { say(body.errorMessages[0] + "."); }
  }).catch(() => say("The server did not answer. Ask for a new link."));
}
"""
_ASK = """
"use strict";
// Who comes from another site is signed in, perhaps, but the cookie was not sent: ask, and come again from here.
const form = document.querySelector("form");
const say = (text) => { document.getElementById("said").textContent = text; };
const go = () => location.replace(location.pathname + "?signed-in");
const show = () => { form.hidden = false; say(""); form.name.focus(); };
if (location.search === "?signed-in") {
  show();
} else {
  fetch("/rest/awsfed/1/session").then((answer) => { if (answer.ok) { go(); } else { show(); } }, show);
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  say("Signing in \\u2026");
  fetch("/rest/awsfed/1/session", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({name: form.name.value, password: form.password.value, cookie: true}),
  }).then(async (answer) => {
    if (answer.ok) { go(); return; }
    const body = await answer.json();
    form.password.value = "";
    say(body.errorMessages[0] + ".");
  }).catch(() => say("The server did not answer."));
});
"""
_FORM = """<form hidden>
<label>User name <input name="name" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
</form>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, and the headers that keep others out of it."""

    title: str
    script: str = ""
    said: str = "One moment \u2026"
    """What it says before its script says anything."""
    body: str = ""
    html: str = field(init=False)
    headers: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        script = f"<script>{self.script}</script>\n" if self.script else ""
        html = (
            f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{self.title}</title>\n'
            f'<meta name="viewport" content="width=device-width">\n<style>{_STYLE}</style>\n'
            f'<h1>{self.title}</h1>\n<p id="said" role="status">{self.said}</p>\n'
            f"{self.body}{script}</html>\n"
        )
        policy = (
            f"default-src 'none'; script-src {_hash(self.script)}; style-src {_hash(_STYLE)}; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        headers = {
            "Content-Type": f"{PAGE}; charset=utf-8",
            "Cache-Control": NO_STORE,
            "Content-Security-Policy": policy,
            "Cross-Origin-Opener-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        }
        object.__setattr__(self, "html", html)
        object.__setattr__(self, "headers", headers)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def failure_page(status: int) -> Page:
    """Return what a browser is shown in place of a failure."""
    return _FAILURES.get(status, _LATER)


_REFUSED = Page(
    title="You cannot go there",
    said="This connector is not open to you, or there is none. Ask whoever gave you the link.",
)
_LATER = Page(title="This did not work", said="Try again in a moment; if it stays so, tell whoever runs this server.")
_FAILURES = {
    403: _REFUSED,
    404: _REFUSED,
    409: Page(
        title="This connector does not lead to the console",
        said="It gives credentials that cannot enter it, or wants a code that is not asked for here.",
    ),
}
CONSOLE = Page(title="To the AWS console", script=_REDEEM)
SIGN_IN = Page(title="Sign in to the AWS console", script=_ASK, body=_FORM)
