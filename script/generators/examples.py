"""Examples for the manual and the reference, by command; a test reads each with the real command line."""

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "awsfed audit": (
        ("awsfed audit who ASIAEXAMPLEEXAMPLE00", "Learn who got the credentials that CloudTrail names."),
        ("awsfed audit search --user alice --since 2026-01-31", "See what somebody did since then."),
        ("awsfed audit search --kind refused --kind sign-in-refused", "See what was refused."),
        ("awsfed audit verify", "Find out whether anything was changed or taken away."),
        ("awsfed audit export --heads-only", "Print the signatures, to keep them elsewhere."),
        ("awsfed audit public-key", "Print what the signatures are verified with on another machine."),
        ("awsfed audit verify --head heads.jsonl", "Hold the trail to signatures that were kept elsewhere."),
    ),
    "awsfed": (
        ("awsfed sandbox -- bash", "Try everything against a Crowd and an AWS on this machine."),
        ("awsfed config init", "Write a settings file."),
        ("awsfed login", "Sign in."),
        ("awsfed connectors", "See what is open to you."),
        ("awsfed exec dev -- aws s3 ls", "Run one command with credentials."),
        ("awsfed configure dev", "Give every AWS tool a profile that renews itself."),
    ),
    "awsfed codeartifact": (
        (
            "awsfed codeartifact login pip dev --domain packages --repository python",
            "Let pip install from a repository.",
        ),
        (
            "awsfed codeartifact login npm dev --domain packages --repository web --namespace @example",
            "Let npm take one scope from there.",
        ),
        (
            "awsfed codeartifact login twine dev --domain packages --repository python --duration 0",
            "Let twine upload for as long as the credentials live.",
        ),
        ("awsfed codeartifact token dev --domain packages --duration 1h", "Print a token; it is a secret."),
    ),
    "awsfed catalogue": (
        ("awsfed catalogue show", "See where connectors come from, and who signed them."),
        ("awsfed catalogue diff new.toml", "Find out what a new catalogue would change."),
        ("awsfed catalogue keygen private.pem", "Make a key to sign with, and print its public half."),
        ("awsfed catalogue sign new.toml --key-file private.pem", "Write new.toml.sig, to publish beside it."),
        ("awsfed catalogue verify new.toml", "Tell whether readers will take it."),
        ("awsfed catalogue refresh", "Fetch the catalogue now."),
    ),
    "awsfed config": (
        ("awsfed config init --crowd-url https://crowd.example.org/crowd", "Write a settings file."),
        ("awsfed config set-secret", "Enter the password that awsfed has in Crowd."),
        ("awsfed config check --online", "Find mistakes, and ask Crowd whether it accepts the application."),
        ("awsfed config show --json", "Let a program read which settings count."),
    ),
    "awsfed configure": (
        ("awsfed configure dev ops", "Write the profiles dev and ops."),
        ("awsfed configure --all --dry-run", "Show what profiles for all connectors would look like."),
        ("awsfed configure dev --profile default", "Make one connector the default of every AWS tool."),
    ),
    "awsfed connectors": (
        ("awsfed connectors", "List the connectors that are open to you."),
        ("awsfed connectors list --json", "The same for a program."),
        ("awsfed connectors show dev", "Look at one of them."),
        ("awsfed connectors why ops", "Find out which group opens it."),
        ("awsfed connectors test dev", "Vend from it, and learn what is missing where that fails."),
        ("awsfed connectors import ifaws.json --accounts accounts.json", "Take over an installed IFAWS."),
        ("awsfed connectors export", "Write the connectors as JSON of IFAWS."),
    ),
    "awsfed console": (
        ("awsfed console dev --service cloudwatch", "Open CloudWatch in the browser."),
        ("awsfed console dev --print", "Print the address, for a browser elsewhere."),
    ),
    "awsfed credential-process": (
        ("awsfed credential-process dev", "See what an AWS SDK would get; it holds secrets."),
    ),
    "awsfed credentials": (
        ("awsfed credentials dev --profile work", "Write credentials into the profile work."),
        ("awsfed credentials write --all", "Write a profile for every connector."),
        ("awsfed credentials remove --all", "Remove what awsfed wrote."),
    ),
    "awsfed ecr": (
        ("awsfed ecr login dev", "Sign Docker in to the registry of the connector's account."),
        ("awsfed ecr login dev --tool podman --region eu-west-1", "Another tool, another region."),
    ),
    "awsfed eks": (
        ("awsfed eks kubeconfig prod dev", "Write a kubeconfig for the cluster prod, opened by the connector dev."),
        ('eval "$(awsfed eks kubeconfig prod dev)"', "The same, and use it in this shell."),
        ("awsfed eks token dev --cluster prod", "See what kubectl would get; it is a secret."),
    ),
    "awsfed endpoint": (
        ("awsfed endpoint dev", "Serve until Ctrl-C; what it prints belongs into the environment of other programs."),
    ),
    "awsfed revoke": (
        ("awsfed revoke --user alice", "Print what ends the AWS sessions of a user, for somebody who may."),
        ("awsfed revoke --user alice --apply --key iam", "Do it, with the access key iam."),
        (
            "awsfed revoke --user alice --all-connectors --json",
            "For every role, whatever the groups are, for a program.",
        ),
    ),
    "awsfed env": (
        ('eval "$(awsfed env dev)"', "Set the variables in this shell."),
        ('eval "$(awsfed env --unset)"', "Take them back."),
        ("awsfed env dev --format dotenv", "Print them for a tool that reads a .env file."),
        ("awsfed env dev --format bamboo --ecr", "Print them for a build plan, with the registry's password."),
        ("awsfed env dev --format github", "Hand them to the later steps of a job, masked in the log."),
    ),
    "awsfed exec": (
        ("awsfed exec dev -- terraform apply", "Run one command."),
        ("awsfed exec dev --min-life 45m -- ./long-job", "Ask for credentials that last."),
    ),
    "awsfed git-credential": (
        ("awsfed git-credential --connector dev get", "What git runs; it tells the repository on standard input."),
    ),
    "awsfed keys": (
        ("awsfed keys add main", "Enter an access key; both parts are asked for."),
        ("awsfed keys list", "See which keys there are, and where each is kept."),
        ("awsfed keys check", "Ask AWS whose keys they are."),
        ("awsfed keys show main", "See where a key is kept, and which connectors depend on it."),
        ("awsfed keys edit main", "Replace it in the keyring, after a look at who depends on it."),
        ("awsfed keys rotate main", "Exchange it for a new one of the same user; run it again to delete the old one."),
        ("awsfed keys remove main", "Forget a key."),
    ),
    "awsfed labs": (
        ("awsfed labs list", "See how each switch stands, and where that is written."),
        ("awsfed labs disable govcloud-partition", "Keep connectors of GovCloud from being used."),
        (
            "awsfed labs enable disable-implicit-connector-visibility-for-administrators",
            "Give nobody more than groups.",
        ),
    ),
    "awsfed login": (
        ("awsfed login", "Sign in."),
        ("awsfed login dev ops", "Sign in and configure two profiles."),
        ("awsfed login --user alice --password-stdin < password-file", "Sign in from a script."),
        ("awsfed login --broker https://awsfed.example.org", "Sign in at a broker, and ask it from now on."),
        ("awsfed login --broker https://bamboo.example.org --access-token", "At Bamboo, with a token of your profile."),
    ),
    "awsfed logout": (("awsfed logout", "Sign out everywhere."),),
    "awsfed provision": (
        ("awsfed provision core main", "Print a template of what the connectors of the access key main need."),
        ("awsfed provision quickstart main --deploy --key admin", "Make a user with a key too, and keep that as main."),
        ("awsfed provision role dev --output role-dev.json", "Write the template of the role behind a connector."),
    ),
    "awsfed rds": (
        (
            "awsfed rds token dev --host db.abc123.eu-central-1.rds.amazonaws.com --port 5432 --user app",
            "Print a password for one database and one user.",
        ),
    ),
    "awsfed sandbox": (
        ("awsfed sandbox", "Serve until Ctrl-C."),
        ("awsfed sandbox -- bash", "Open a shell inside, with a home folder of its own."),
    ),
    "awsfed serve": (
        ("awsfed serve --init", "Make the settings and the store of a new broker."),
        ("awsfed serve", "Serve on loopback, to try it out or behind a proxy."),
        (
            "awsfed serve --listen 10.1.2.3:443 --certificate /etc/awsfed/fullchain.pem",
            "Serve a network, with a key in the same file.",
        ),
    ),
    "awsfed services": (
        ("awsfed services add nightly-build deploy", "Create a service that may use one connector; prints its token."),
        ("awsfed services list", "See which services there are, and what each may use."),
        ("awsfed services rotate nightly-build", "Give it a new token; the old one ends at once."),
        ("awsfed services revoke nightly-build", "Delete it."),
    ),
    "awsfed status": (
        ("awsfed status", "See who is signed in and what lives."),
        ("awsfed status --json", "The same for a program."),
    ),
    "awsfed store": (
        ("awsfed store init", "Make the store, and the key that seals it."),
        ("awsfed store check", "Find out whether everything in it is whole, and every secret opens."),
        ("awsfed store backup /var/backups/awsfed.backup", "Copy it while servers go on."),
        ("awsfed store restore /var/backups/awsfed.backup --force", "Put the copy in its place."),
        ("awsfed store reseal", "Seal every secret with a new key."),
        (
            "awsfed store reseal --to kms:arn:aws:kms:eu-central-1:123456789012:alias/awsfed",
            "Let a key of AWS KMS wrap it from now on.",
        ),
        ("awsfed store migrate", "Prepare it for a new version of awsfed."),
    ),
    "awsfed whoami": (
        ("awsfed whoami dev", "Ask AWS who you are."),
        ("awsfed whoami dev --json", "The same for a program."),
    ),
}


def examples_of(name: str, in_help: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the examples of a command: those above, or those of its help where it has none above."""
    return EXAMPLES.get(name) or tuple((line, "") for line in in_help)
