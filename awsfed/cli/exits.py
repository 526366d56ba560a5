"""Exit codes: public interface, changed only with a major version."""

from awsfed import errors

OK = 0
UNEXPECTED = 1
USAGE = 2
EXEC_FAILED = 125
INTERRUPTED = 130
UNREAD = 141

CODES: dict[type[errors.AwsfedError], int] = {
    errors.ConfigError: 3,
    errors.NotFound: 4,
    errors.AuthenticationError: 5,
    errors.AccessDenied: 6,
    errors.Unavailable: 7,
    errors.StoreError: 8,
    errors.ProtocolError: 9,
    errors.Refused: 10,
}

MEANINGS = {
    OK: "Success.",
    UNEXPECTED: "A bug: an error that awsfed did not expect. Of `awsfed catalogue diff`: something would change.",
    USAGE: "The command line is wrong.",
    3: "The settings are wrong.",
    4: "Something that was named does not exist: an access key, a file, a profile.",
    5: "A login is required, or it was refused.",
    6: "The user may not: a connector that is not granted, a user who was switched off, a refusal of AWS.",
    7: "Not now: Crowd, AWS or a catalogue cannot be reached, or another process is too slow. The same command may "
    "succeed later.",
    8: "A place on this machine cannot be used: the keyring, a file, its permissions; or what is there is not as it "
    "should be: a trail that was changed, a store of another version.",
    9: "A peer answered something that awsfed does not understand.",
    10: "Refused, because it would lose something or do harm; the message says what.",
    EXEC_FAILED: "`awsfed exec` failed before the command ran; 126 means that the command cannot be executed and 127 "
    "that it was not found. Any other status is the command's own.",
    INTERRUPTED: "Interrupted with Ctrl-C; `awsfed serve` ends with 0, since that is how it is asked to stop.",
    UNREAD: "Whoever read the answer left before its end, as `head` does.",
}


def code_of(error: errors.AwsfedError) -> int:
    """Return the exit code of an error, by its nearest class in the table."""
    return next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), UNEXPECTED)
