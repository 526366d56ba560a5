# Completes awsfed in fish. Made by script/generate. Nothing here starts awsfed; the names of connectors come from the
# last listing.

# Prints the command that was typed so far, and how many arguments followed it.
function __awsfed_typed
    set -l words (commandline -opc)
    set -l path awsfed
    set -l place 0
    set -l skip ''
    for word in $words[2..-1]
        if test -n "$skip"
            set skip ''
        else if test "$word" = --
            set path $path --
            break
        else if test $place = 0; and contains -- "$path $word" $__awsfed_commands
            set path "$path $word"
        else
            for default in $__awsfed_defaults
                if test "$path" = (string replace -r -- ' [^ ]+$' '' $default); and not contains -- $word -h --help
                    set path $default
                    break
                end
            end
            if contains -- "$path $word" $__awsfed_valued
                set skip yes
            else if not string match -q -- '-?*' $word
                set place (math $place + 1)
            end
        end
    end
    echo $path
    echo $place
end

# Tells whether a command was typed, at an argument's place if one is given.
function __awsfed_at
    set -l typed (__awsfed_typed)
    test "$typed[1]" = "$argv[1]"; or return 1
    switch "$argv[2]"
        case ''
            return 0
        case '*+'
            test $typed[2] -ge (string trim -r -c + -- $argv[2])
        case '*'
            test $typed[2] -eq $argv[2]
    end
end

# Tells whether the command line behind -- of another program is being typed.
function __awsfed_behind_dashes
    set -l typed (__awsfed_typed)
    string match -q -- '* --' "$typed[1]"; and contains -- (string replace -r -- ' --$' '' "$typed[1]") $__awsfed_dashes
end

function __awsfed_other_command
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -l rest $words[(math $at + 1)..-1]
    test (count $words) -gt $at; or set rest
    complete -C (string join -- ' ' (string escape -- $rest) (commandline -ct))
end

function __awsfed_names
    awsfed-credentials --names 2>/dev/null
end

set -g __awsfed_commands \
    'awsfed audit' \
    'awsfed audit export' \
    'awsfed audit public-key' \
    'awsfed audit search' \
    'awsfed audit verify' \
    'awsfed audit who' \
    'awsfed catalogue' \
    'awsfed catalogue diff' \
    'awsfed catalogue keygen' \
    'awsfed catalogue refresh' \
    'awsfed catalogue show' \
    'awsfed catalogue sign' \
    'awsfed catalogue verify' \
    'awsfed codeartifact' \
    'awsfed codeartifact login' \
    'awsfed codeartifact token' \
    'awsfed config' \
    'awsfed config check' \
    'awsfed config init' \
    'awsfed config set-secret' \
    'awsfed config show' \
    'awsfed configure' \
    'awsfed connectors' \
    'awsfed connectors list' \
    'awsfed connectors show' \
    'awsfed connectors why' \
    'awsfed connectors test' \
    'awsfed connectors import' \
    'awsfed connectors export' \
    'awsfed console' \
    'awsfed credential-process' \
    'awsfed credentials' \
    'awsfed credentials write' \
    'awsfed credentials remove' \
    'awsfed ecr' \
    'awsfed ecr login' \
    'awsfed eks' \
    'awsfed eks kubeconfig' \
    'awsfed eks token' \
    'awsfed endpoint' \
    'awsfed env' \
    'awsfed exec' \
    'awsfed git-credential' \
    'awsfed keys' \
    'awsfed keys add' \
    'awsfed keys check' \
    'awsfed keys edit' \
    'awsfed keys list' \
    'awsfed keys remove' \
    'awsfed keys rotate' \
    'awsfed keys show' \
    'awsfed labs' \
    'awsfed labs list' \
    'awsfed labs enable' \
    'awsfed labs disable' \
    'awsfed login' \
    'awsfed logout' \
    'awsfed provision' \
    'awsfed provision core' \
    'awsfed provision quickstart' \
    'awsfed provision role' \
    'awsfed rds' \
    'awsfed rds token' \
    'awsfed revoke' \
    'awsfed sandbox' \
    'awsfed serve' \
    'awsfed services' \
    'awsfed services add' \
    'awsfed services edit' \
    'awsfed services list' \
    'awsfed services revoke' \
    'awsfed services rotate' \
    'awsfed status' \
    'awsfed store' \
    'awsfed store backup' \
    'awsfed store check' \
    'awsfed store init' \
    'awsfed store migrate' \
    'awsfed store reseal' \
    'awsfed store restore' \
    'awsfed whoami'

set -g __awsfed_defaults \
    'awsfed connectors list' \
    'awsfed credentials write' \
    'awsfed labs list'

set -g __awsfed_valued \
    'awsfed --config' \
    'awsfed --max-retries' \
    'awsfed audit export --file' \
    'awsfed audit export --after' \
    'awsfed audit search --file' \
    'awsfed audit search --user' \
    'awsfed audit search --connector' \
    'awsfed audit search --kind' \
    'awsfed audit search --access-key' \
    'awsfed audit search --source' \
    'awsfed audit search --request' \
    'awsfed audit search --since' \
    'awsfed audit search --until' \
    'awsfed audit search --last' \
    'awsfed audit verify --file' \
    'awsfed audit verify --public-key' \
    'awsfed audit verify --head' \
    'awsfed audit who --file' \
    'awsfed catalogue sign --key-file' \
    'awsfed catalogue verify --signature' \
    'awsfed catalogue verify --public-key' \
    'awsfed codeartifact login --repository' \
    'awsfed codeartifact login --namespace' \
    'awsfed codeartifact login --domain' \
    'awsfed codeartifact login --domain-owner' \
    'awsfed codeartifact login -r' \
    'awsfed codeartifact login --region' \
    'awsfed codeartifact login --duration' \
    'awsfed codeartifact token --domain' \
    'awsfed codeartifact token --domain-owner' \
    'awsfed codeartifact token -r' \
    'awsfed codeartifact token --region' \
    'awsfed codeartifact token --duration' \
    'awsfed config init --crowd-url' \
    'awsfed config init --application' \
    'awsfed config init --administrators' \
    'awsfed config init --region' \
    'awsfed configure -p' \
    'awsfed configure --profile' \
    'awsfed connectors import --accounts' \
    'awsfed connectors import --output' \
    'awsfed connectors import -o' \
    'awsfed connectors export --format' \
    'awsfed console -s' \
    'awsfed console --service' \
    'awsfed console -r' \
    'awsfed console --region' \
    'awsfed console --policy' \
    'awsfed console --policy-arn' \
    'awsfed console --region-lock' \
    'awsfed console --duration' \
    'awsfed credential-process --key' \
    'awsfed credentials write -p' \
    'awsfed credentials write --profile' \
    'awsfed credentials write --min-life' \
    'awsfed credentials write --policy' \
    'awsfed credentials write --policy-arn' \
    'awsfed credentials write --region-lock' \
    'awsfed credentials write --duration' \
    'awsfed ecr login -r' \
    'awsfed ecr login --region' \
    'awsfed ecr login --tool' \
    'awsfed eks kubeconfig -r' \
    'awsfed eks kubeconfig --region' \
    'awsfed eks kubeconfig --name' \
    'awsfed eks token -c' \
    'awsfed eks token --cluster' \
    'awsfed eks token -r' \
    'awsfed eks token --region' \
    'awsfed endpoint -f' \
    'awsfed endpoint --format' \
    'awsfed endpoint --port' \
    'awsfed env -f' \
    'awsfed env --format' \
    'awsfed env --namespace' \
    'awsfed env --min-life' \
    'awsfed env --policy' \
    'awsfed env --policy-arn' \
    'awsfed env --region-lock' \
    'awsfed env --duration' \
    'awsfed exec --min-life' \
    'awsfed exec --policy' \
    'awsfed exec --policy-arn' \
    'awsfed exec --region-lock' \
    'awsfed exec --duration' \
    'awsfed git-credential --connector' \
    'awsfed keys add --access-key-id' \
    'awsfed keys add --secret-fd' \
    'awsfed keys edit --access-key-id' \
    'awsfed keys edit --secret-fd' \
    'awsfed keys rotate --grace' \
    'awsfed login -u' \
    'awsfed login --user' \
    'awsfed login --broker' \
    'awsfed login --service' \
    'awsfed login --token-file' \
    'awsfed login --token-fd' \
    'awsfed logout --issuer' \
    'awsfed provision core --runs-on' \
    'awsfed provision core -p' \
    'awsfed provision core --parameter' \
    'awsfed provision core -o' \
    'awsfed provision core --output' \
    'awsfed provision core --key' \
    'awsfed provision core --stack-name' \
    'awsfed provision core --region' \
    'awsfed provision quickstart --runs-on' \
    'awsfed provision quickstart -p' \
    'awsfed provision quickstart --parameter' \
    'awsfed provision quickstart -o' \
    'awsfed provision quickstart --output' \
    'awsfed provision quickstart --key' \
    'awsfed provision quickstart --stack-name' \
    'awsfed provision quickstart --region' \
    'awsfed provision role -p' \
    'awsfed provision role --parameter' \
    'awsfed provision role -o' \
    'awsfed provision role --output' \
    'awsfed provision role --key' \
    'awsfed provision role --stack-name' \
    'awsfed provision role --region' \
    'awsfed rds token --host' \
    'awsfed rds token --port' \
    'awsfed rds token --user' \
    'awsfed rds token -r' \
    'awsfed rds token --region' \
    'awsfed revoke --user' \
    'awsfed revoke --connector' \
    'awsfed revoke --key' \
    'awsfed sandbox --directory' \
    'awsfed sandbox --crowd-port' \
    'awsfed sandbox --aws-port' \
    'awsfed serve --listen' \
    'awsfed serve --certificate' \
    'awsfed serve --certificate-key' \
    'awsfed store reseal --to'

set -g __awsfed_dashes \
    'awsfed exec' \
    'awsfed sandbox'

complete -c awsfed -f
complete -c awsfed -n __awsfed_behind_dashes -a '(__awsfed_other_command)'

# awsfed
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'audit' -d 'Read the trail of a broker that serves others, in server.folder: who had which access, when, and why.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'catalogue' -d 'Look into the catalogue of connectors, and publish one.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'codeartifact' -d 'Sign package tools in to CodeArtifact.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'config' -d 'Write, check and show the settings.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'configure' -d 'Write AWS profiles that fetch and renew their credentials by themselves.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'connectors' -d 'List the connectors that your groups open, and explain them.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'console' -d 'Sign in to the AWS console in the browser.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'credential-process' -d 'Answer an AWS SDK with credentials, as its credential_process.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'credentials' -d 'Write credentials into the AWS credentials file, or remove them from it.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'ecr' -d 'Sign container tools in to Amazon\'s registry.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'eks' -d 'Open Kubernetes clusters of EKS.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'endpoint' -d 'Serve credentials to AWS programs on this machine until Ctrl-C, and renew them meanwhile.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'env' -d 'Print credentials as environment variables, for a shell, a tool or a build server.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'exec' -d 'Run a command with credentials in its environment.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'git-credential' -d 'Answer git with the user name and password of a CodeCommit repository.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'keys' -d 'Enter and check the long-term access keys behind connectors.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'labs' -d 'Switch features on and off that not everybody wants.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'login' -d 'Sign in, to the broker or to Crowd; CONNECTORs that are named become AWS profiles.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'logout' -d 'End your sessions, and remove every cached credential and the profile sections made from them.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'provision' -d 'Write CloudFormation templates of what connectors need in AWS, and deploy them.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'rds' -d 'Connect to databases of RDS and Aurora.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'revoke' -d 'End the sessions of a user, and what AWS still gives them.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'sandbox' -d 'Serve a Crowd and an AWS on this machine, to try everything against.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'serve' -d 'Be the broker of others: awsfed over HTTP, and the REST interface of an installed IFAWS.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'services' -d 'Let programs without a person sign in, each with a token and connectors of its own.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'status' -d 'Show who is signed in, until when, and which credentials live.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'store' -d 'Look after the store of a broker that serves others, in server.folder.'
complete -c awsfed -n '__awsfed_at \'awsfed\' 0' -a 'whoami' -d 'Ask AWS who you are with a connector: account, ARN and user id.'
complete -c awsfed -n '__awsfed_at \'awsfed\'' -s V -l version -d 'Show the version and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed\'' -l config -r -F -d 'Settings file to use instead of the usual one.'
complete -c awsfed -n '__awsfed_at \'awsfed\'' -l max-retries -x -d 'How often a failed request is repeated.'
complete -c awsfed -n '__awsfed_at \'awsfed\'' -l debug -d 'Show a traceback with an unexpected error.'
complete -c awsfed -n '__awsfed_at \'awsfed\'' -s h -l help -d 'Show this message and exit.'

# awsfed audit
complete -c awsfed -n '__awsfed_at \'awsfed audit\' 0' -a 'export' -d 'Print the trail, one JSON object a line, for audit verify --file on another machine.'
complete -c awsfed -n '__awsfed_at \'awsfed audit\' 0' -a 'public-key' -d 'Print the public half of server.audit_key, which whoever verifies the trail elsewhere has to know.'
complete -c awsfed -n '__awsfed_at \'awsfed audit\' 0' -a 'search' -d 'Show what is in the trail, the newest last.'
complete -c awsfed -n '__awsfed_at \'awsfed audit\' 0' -a 'verify' -d 'Tell whether the trail is whole: nothing changed, nothing missing, every signature that of a trusted key.'
complete -c awsfed -n '__awsfed_at \'awsfed audit\' 0' -a 'who' -d 'Tell to whom temporary credentials were given, by the ACCESS_KEY_ID that CloudTrail has of them.'
complete -c awsfed -n '__awsfed_at \'awsfed audit\'' -s h -l help -d 'Show this message and exit.'

# awsfed audit export
complete -c awsfed -n '__awsfed_at \'awsfed audit export\'' -l file -r -F -d 'A trail that was exported, instead of the one in server.folder; - is standard input.'
complete -c awsfed -n '__awsfed_at \'awsfed audit export\'' -l heads-only -d 'The signatures alone, for audit verify --head later.'
complete -c awsfed -n '__awsfed_at \'awsfed audit export\'' -l after -r -F -d 'Only what is not in an earlier export; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed audit export\'' -s h -l help -d 'Show this message and exit.'

# awsfed audit public-key
complete -c awsfed -n '__awsfed_at \'awsfed audit public-key\'' -s h -l help -d 'Show this message and exit.'

# awsfed audit search
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l file -r -F -d 'A trail that was exported, instead of the one in server.folder; - is standard input.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l user -x -d 'Name or key of a user.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l connector -r -f -a '(__awsfed_names)' -d 'Id of a connector, or the name of one that there is.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l kind -r -f -a 'sign-in sign-in-refused sign-out intent vended failed refused changed' -d 'What happened; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l access-key -x -d 'Id of an access key that was vended.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l source -x -d 'Address that a request came from.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l request -x -d 'Id of a request: from our log, from X-Request-Id, or from CloudTrail.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l since -x -d 'Nothing that is older: a day, or a moment; of this machine\'s zone if it names none.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l until -x -d 'Nothing from then on.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l last -x -d 'How many at most.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed audit search\'' -s h -l help -d 'Show this message and exit.'

# awsfed audit verify
complete -c awsfed -n '__awsfed_at \'awsfed audit verify\'' -l file -r -F -d 'A trail that was exported, instead of the one in server.folder; - is standard input.'
complete -c awsfed -n '__awsfed_at \'awsfed audit verify\'' -l public-key -x -d 'Key to trust; that of server.audit_key where none is given, and no --file.'
complete -c awsfed -n '__awsfed_at \'awsfed audit verify\'' -l head -r -F -d 'Signatures that were exported earlier, and have to fit still.'
complete -c awsfed -n '__awsfed_at \'awsfed audit verify\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed audit verify\'' -s h -l help -d 'Show this message and exit.'

# awsfed audit who
complete -c awsfed -n '__awsfed_at \'awsfed audit who\'' -l file -r -F -d 'A trail that was exported, instead of the one in server.folder; - is standard input.'
complete -c awsfed -n '__awsfed_at \'awsfed audit who\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed audit who\'' -s h -l help -d 'Show this message and exit.'

# awsfed catalogue
complete -c awsfed -n '__awsfed_at \'awsfed catalogue\' 0' -a 'diff' -d 'Say what would change if FILE took the place of the catalogue.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue\' 0' -a 'keygen' -d 'Make a key to sign catalogues with: the PRIVATE half goes to a file, the public one is printed.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue\' 0' -a 'refresh' -d 'Ask the source of the catalogue now, however young the last answer is.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue\' 0' -a 'show' -d 'Show where connectors come from: age, version, expiry and signature of each document.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue\' 0' -a 'sign' -d 'Sign a catalogue: write FILE.sig, which goes where FILE goes.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue\' 0' -a 'verify' -d 'Tell whether a catalogue counts: signed with a key of the settings, unchanged since, and not expired.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue\'' -s h -l help -d 'Show this message and exit.'

# awsfed catalogue diff
complete -c awsfed -n '__awsfed_at \'awsfed catalogue diff\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue diff\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue diff\' 0' -F

# awsfed catalogue keygen
complete -c awsfed -n '__awsfed_at \'awsfed catalogue keygen\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue keygen\' 0' -F

# awsfed catalogue refresh
complete -c awsfed -n '__awsfed_at \'awsfed catalogue refresh\'' -s h -l help -d 'Show this message and exit.'

# awsfed catalogue show
complete -c awsfed -n '__awsfed_at \'awsfed catalogue show\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue show\'' -s h -l help -d 'Show this message and exit.'

# awsfed catalogue sign
complete -c awsfed -n '__awsfed_at \'awsfed catalogue sign\'' -l key-file -r -F -d 'File with the private key, as keygen wrote it.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue sign\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue sign\' 0' -F

# awsfed catalogue verify
complete -c awsfed -n '__awsfed_at \'awsfed catalogue verify\'' -l signature -r -F -d 'File with the signature, if it is not FILE.sig.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue verify\'' -l public-key -x -d 'Key to take; those of the settings where none is given.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue verify\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed catalogue verify\' 0' -F

# awsfed codeartifact
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact\' 0' -a 'login' -d 'Write a repository and a token for it into the settings file of a package tool.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact\' 0' -a 'token' -d 'Print a token for a domain, for a tool that awsfed does not know; the user name is aws.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact\'' -s h -l help -d 'Show this message and exit.'

# awsfed codeartifact login
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact login\'' -l repository -x -d 'Name of the repository.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact login\'' -l namespace -x -d 'Scope of npm that comes from there; else everything does.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact login\'' -l domain -x -d 'Name of the domain.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact login\'' -l domain-owner -x -d 'Account of the domain; the connector\'s by default, but a broker elsewhere is not asked for it.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact login\'' -s r -l region -x -d 'Region to use; the connector\'s by default.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact login\'' -l duration -x -d 'Life of the token, 15m to 12h; 0 ends it together with the credentials; 12h by default.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact login\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact login\' 0' -f -a 'pip npm twine'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact login\' 1' -f -a '(__awsfed_names)'

# awsfed codeartifact token
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact token\'' -l domain -x -d 'Name of the domain.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact token\'' -l domain-owner -x -d 'Account of the domain; the connector\'s by default, but a broker elsewhere is not asked for it.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact token\'' -s r -l region -x -d 'Region to use; the connector\'s by default.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact token\'' -l duration -x -d 'Life of the token, 15m to 12h; 0 ends it together with the credentials; 12h by default.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact token\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed codeartifact token\' 0' -f -a '(__awsfed_names)'

# awsfed config
complete -c awsfed -n '__awsfed_at \'awsfed config\' 0' -a 'check' -d 'Find every mistake in the settings and connectors at once.'
complete -c awsfed -n '__awsfed_at \'awsfed config\' 0' -a 'init' -d 'Ask what must be known and write a commented settings file.'
complete -c awsfed -n '__awsfed_at \'awsfed config\' 0' -a 'set-secret' -d 'Keep the Crowd application\'s password, or its OAuth client secret, where the settings look for it.'
complete -c awsfed -n '__awsfed_at \'awsfed config\' 0' -a 'show' -d 'Show every setting with where its value comes from.'
complete -c awsfed -n '__awsfed_at \'awsfed config\'' -s h -l help -d 'Show this message and exit.'

# awsfed config check
complete -c awsfed -n '__awsfed_at \'awsfed config check\'' -l online -d 'Ask Crowd too whether it accepts the application, or who the broker is.'
complete -c awsfed -n '__awsfed_at \'awsfed config check\'' -s h -l help -d 'Show this message and exit.'

# awsfed config init
complete -c awsfed -n '__awsfed_at \'awsfed config init\'' -l crowd-url -x -d 'Address of Crowd, such as https://crowd.example.org/crowd.'
complete -c awsfed -n '__awsfed_at \'awsfed config init\'' -l application -x -d 'Name of the application that awsfed is in Crowd.'
complete -c awsfed -n '__awsfed_at \'awsfed config init\'' -l administrators -x -d 'Group whose members may use every connector.'
complete -c awsfed -n '__awsfed_at \'awsfed config init\'' -l region -x -d 'Region for connectors that name none.'
complete -c awsfed -n '__awsfed_at \'awsfed config init\'' -l replace -d 'Replace a settings file that exists.'
complete -c awsfed -n '__awsfed_at \'awsfed config init\'' -s h -l help -d 'Show this message and exit.'

# awsfed config set-secret
complete -c awsfed -n '__awsfed_at \'awsfed config set-secret\'' -l stdin -d 'Read it from the first line of standard input.'
complete -c awsfed -n '__awsfed_at \'awsfed config set-secret\'' -s h -l help -d 'Show this message and exit.'

# awsfed config show
complete -c awsfed -n '__awsfed_at \'awsfed config show\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed config show\'' -s h -l help -d 'Show this message and exit.'

# awsfed configure
complete -c awsfed -n '__awsfed_at \'awsfed configure\'' -l all -d 'Configure every connector that is open to you.'
complete -c awsfed -n '__awsfed_at \'awsfed configure\'' -s p -l profile -x -d 'Name of the profile, for a single CONNECTOR; its own name by default.'
complete -c awsfed -n '__awsfed_at \'awsfed configure\'' -l dry-run -d 'Show what would change.'
complete -c awsfed -n '__awsfed_at \'awsfed configure\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed configure\' 0+' -f -a '(__awsfed_names)'

# awsfed connectors
complete -c awsfed -n '__awsfed_at \'awsfed connectors\' 0' -a 'list' -d 'List the connectors that are open to you.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors\' 0' -a 'show' -d 'Show one connector.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors\' 0' -a 'why' -d 'Say which of your groups opens a connector, or which one would.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors\' 0' -a 'test' -d 'Vend from a connector, part by part, and say what is missing where that fails.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors\' 0' -a 'import' -d 'Turn the connectors of an installed IFAWS into a catalogue.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors\' 0' -a 'export' -d 'Print every connector of settings and catalogue, for an installed IFAWS or for another awsfed.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors\'' -l json -d 'Print JSON.'

# awsfed connectors list
complete -c awsfed -n '__awsfed_at \'awsfed connectors list\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors list\'' -s h -l help -d 'Show this message and exit.'

# awsfed connectors show
complete -c awsfed -n '__awsfed_at \'awsfed connectors show\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors show\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors show\' 0' -f -a '(__awsfed_names)'

# awsfed connectors why
complete -c awsfed -n '__awsfed_at \'awsfed connectors why\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors why\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors why\' 0' -f -a '(__awsfed_names)'

# awsfed connectors test
complete -c awsfed -n '__awsfed_at \'awsfed connectors test\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors test\' 0' -f -a '(__awsfed_names)'

# awsfed connectors import
complete -c awsfed -n '__awsfed_at \'awsfed connectors import\'' -l accounts -r -F -d 'File with the accounts, if they are not in the same one.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors import\'' -s o -l output -r -F -d 'Write to this file.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors import\'' -l replace -d 'Replace a file that exists.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors import\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors import\' 0' -F

# awsfed connectors export
complete -c awsfed -n '__awsfed_at \'awsfed connectors export\'' -l format -r -f -a 'ifaws toml' -d 'What to write.'
complete -c awsfed -n '__awsfed_at \'awsfed connectors export\'' -s h -l help -d 'Show this message and exit.'

# awsfed console
complete -c awsfed -n '__awsfed_at \'awsfed console\'' -s s -l service -x -d 'Service to arrive at, such as s3 or cloudwatch.'
complete -c awsfed -n '__awsfed_at \'awsfed console\'' -s r -l region -x -d 'Region to arrive in.'
complete -c awsfed -n '__awsfed_at \'awsfed console\'' -l print -d 'Print the address instead of opening it; it is a secret.'
complete -c awsfed -n '__awsfed_at \'awsfed console\'' -l policy -x -d 'Allow no more than the policy in this file does.'
complete -c awsfed -n '__awsfed_at \'awsfed console\'' -l policy-arn -x -d 'Allow no more than this managed policy does; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed console\'' -l read-only -d 'Allow only what reads.'
complete -c awsfed -n '__awsfed_at \'awsfed console\'' -l region-lock -x -d 'Allow requests to this region only; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed console\'' -l duration -x -d 'Ask for credentials with a shorter life, such as 15m.'
complete -c awsfed -n '__awsfed_at \'awsfed console\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed console\' 0' -f -a '(__awsfed_names)'

# awsfed credential-process
complete -c awsfed -n '__awsfed_at \'awsfed credential-process\'' -l key -x -d 'Cache entry to answer from, named in the line that `awsfed configure` wrote.'
complete -c awsfed -n '__awsfed_at \'awsfed credential-process\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed credential-process\' 0' -f -a '(__awsfed_names)'

# awsfed credentials
complete -c awsfed -n '__awsfed_at \'awsfed credentials\' 0' -a 'write' -d 'Write the credentials of a connector into a profile of the AWS credentials file.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\' 0' -a 'remove' -d 'Remove profiles that awsfed wrote from the AWS credentials file.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -s p -l profile -x -d 'Name of the profile; the connector\'s by default.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -l all -d 'Write a profile for every connector that is open to you.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -l dry-run -d 'Show what would change, with the secrets hidden.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -l min-life -x -d 'How long the credentials have to be good for, such as 45m; a minute by default.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -l policy -x -d 'Allow no more than the policy in this file does.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -l policy-arn -x -d 'Allow no more than this managed policy does; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -l read-only -d 'Allow only what reads.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -l region-lock -x -d 'Allow requests to this region only; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\'' -l duration -x -d 'Ask for credentials with a shorter life, such as 15m.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials\' 0' -f -a '(__awsfed_names)'

# awsfed credentials write
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -s p -l profile -x -d 'Name of the profile; the connector\'s by default.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -l all -d 'Write a profile for every connector that is open to you.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -l dry-run -d 'Show what would change, with the secrets hidden.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -l min-life -x -d 'How long the credentials have to be good for, such as 45m; a minute by default.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -l policy -x -d 'Allow no more than the policy in this file does.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -l policy-arn -x -d 'Allow no more than this managed policy does; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -l read-only -d 'Allow only what reads.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -l region-lock -x -d 'Allow requests to this region only; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -l duration -x -d 'Ask for credentials with a shorter life, such as 15m.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials write\' 0' -f -a '(__awsfed_names)'

# awsfed credentials remove
complete -c awsfed -n '__awsfed_at \'awsfed credentials remove\'' -l all -d 'Remove every profile that awsfed wrote.'
complete -c awsfed -n '__awsfed_at \'awsfed credentials remove\'' -s h -l help -d 'Show this message and exit.'

# awsfed ecr
complete -c awsfed -n '__awsfed_at \'awsfed ecr\' 0' -a 'login' -d 'Sign a container tool in to the registry of a connector\'s account, for 12 hours.'
complete -c awsfed -n '__awsfed_at \'awsfed ecr\'' -s h -l help -d 'Show this message and exit.'

# awsfed ecr login
complete -c awsfed -n '__awsfed_at \'awsfed ecr login\'' -s r -l region -x -d 'Region of the registry; the connector\'s by default.'
complete -c awsfed -n '__awsfed_at \'awsfed ecr login\'' -l tool -r -f -a 'docker podman nerdctl finch' -d 'Tool to sign in.'
complete -c awsfed -n '__awsfed_at \'awsfed ecr login\'' -l print -d 'Print the password instead; the user name is AWS.'
complete -c awsfed -n '__awsfed_at \'awsfed ecr login\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed ecr login\' 0' -f -a '(__awsfed_names)'

# awsfed eks
complete -c awsfed -n '__awsfed_at \'awsfed eks\' 0' -a 'kubeconfig' -d 'Write a kubeconfig for one cluster into a file of its own, and print the command that uses it.'
complete -c awsfed -n '__awsfed_at \'awsfed eks\' 0' -a 'token' -d 'Print a token for a cluster as an ExecCredential, which kubectl asks for by itself.'
complete -c awsfed -n '__awsfed_at \'awsfed eks\'' -s h -l help -d 'Show this message and exit.'

# awsfed eks kubeconfig
complete -c awsfed -n '__awsfed_at \'awsfed eks kubeconfig\'' -s r -l region -x -d 'Region to use; the connector\'s by default.'
complete -c awsfed -n '__awsfed_at \'awsfed eks kubeconfig\'' -l name -x -d 'Name of the context and of the file; the cluster\'s by default.'
complete -c awsfed -n '__awsfed_at \'awsfed eks kubeconfig\'' -l print -d 'Print the kubeconfig instead of writing it.'
complete -c awsfed -n '__awsfed_at \'awsfed eks kubeconfig\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed eks kubeconfig\' 1' -f -a '(__awsfed_names)'

# awsfed eks token
complete -c awsfed -n '__awsfed_at \'awsfed eks token\'' -s c -l cluster -x -d 'Name of the cluster.'
complete -c awsfed -n '__awsfed_at \'awsfed eks token\'' -s r -l region -x -d 'Region to use; the connector\'s by default.'
complete -c awsfed -n '__awsfed_at \'awsfed eks token\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed eks token\' 0' -f -a '(__awsfed_names)'

# awsfed endpoint
complete -c awsfed -n '__awsfed_at \'awsfed endpoint\'' -s f -l format -r -f -a 'bash fish powershell cmd dotenv json' -d 'Shell or tool that will read the variables.'
complete -c awsfed -n '__awsfed_at \'awsfed endpoint\'' -l port -x -d 'Port on 127.0.0.1; any free one by default.'
complete -c awsfed -n '__awsfed_at \'awsfed endpoint\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed endpoint\' 0' -f -a '(__awsfed_names)'

# awsfed env
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -s f -l format -r -f -a 'bash fish powershell cmd dotenv json bamboo github gitlab' -d 'Shell or tool that will read it.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -l unset -d 'Print the commands that take the variables back instead.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -l namespace -x -d 'First part of the names of Bamboo\'s variables, custom by default; empty where its task adds one.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -l ecr -d 'Add the password of the connector\'s container registry, for Bamboo.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -l min-life -x -d 'How long the credentials have to be good for, such as 45m; a minute by default.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -l policy -x -d 'Allow no more than the policy in this file does.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -l policy-arn -x -d 'Allow no more than this managed policy does; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -l read-only -d 'Allow only what reads.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -l region-lock -x -d 'Allow requests to this region only; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -l duration -x -d 'Ask for credentials with a shorter life, such as 15m.'
complete -c awsfed -n '__awsfed_at \'awsfed env\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed env\' 0' -f -a '(__awsfed_names)'

# awsfed exec
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -l refresh -d 'Renew the credentials for as long as the command runs.'
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -l nested -d 'Allow it inside another `awsfed exec`.'
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -l min-life -x -d 'How long the credentials have to be good for, such as 45m; a minute by default.'
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -l policy -x -d 'Allow no more than the policy in this file does.'
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -l policy-arn -x -d 'Allow no more than this managed policy does; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -l read-only -d 'Allow only what reads.'
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -l region-lock -x -d 'Allow requests to this region only; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -l duration -x -d 'Ask for credentials with a shorter life, such as 15m.'
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed exec\' 0' -f -a '(__awsfed_names)'
complete -c awsfed -n '__awsfed_at \'awsfed exec\'' -a -- -d 'The command follows'

# awsfed git-credential
complete -c awsfed -n '__awsfed_at \'awsfed git-credential\'' -l connector -r -f -a '(__awsfed_names)' -d 'Connector whose credentials open the repositories.'
complete -c awsfed -n '__awsfed_at \'awsfed git-credential\'' -s h -l help -d 'Show this message and exit.'

# awsfed keys
complete -c awsfed -n '__awsfed_at \'awsfed keys\' 0' -a 'add' -d 'Put an access key into the keyring, under the NAME that connectors use.'
complete -c awsfed -n '__awsfed_at \'awsfed keys\' 0' -a 'check' -d 'Ask AWS whose keys they are: the one named, or all of the settings.'
complete -c awsfed -n '__awsfed_at \'awsfed keys\' 0' -a 'edit' -d 'Put another access key in the place of one in the keyring, for all connectors that depend on it.'
complete -c awsfed -n '__awsfed_at \'awsfed keys\' 0' -a 'list' -d 'List the access keys of the settings, where each is kept, and the connectors that depend on it.'
complete -c awsfed -n '__awsfed_at \'awsfed keys\' 0' -a 'remove' -d 'Remove an access key from the keyring; AWS keeps it until it is deleted there.'
complete -c awsfed -n '__awsfed_at \'awsfed keys\' 0' -a 'rotate' -d 'Exchange an access key in the keyring for a new one of the same user.'
complete -c awsfed -n '__awsfed_at \'awsfed keys\' 0' -a 'show' -d 'Show one access key: where it is, whose it is, and the connectors that depend on it.'
complete -c awsfed -n '__awsfed_at \'awsfed keys\'' -s h -l help -d 'Show this message and exit.'

# awsfed keys add
complete -c awsfed -n '__awsfed_at \'awsfed keys add\'' -l access-key-id -x -d 'Id of the key; asked for where it is not given.'
complete -c awsfed -n '__awsfed_at \'awsfed keys add\'' -l secret-stdin -d 'Read the secret from the first line of standard input.'
complete -c awsfed -n '__awsfed_at \'awsfed keys add\'' -l secret-fd -x -d 'Read the secret from this open descriptor.'
complete -c awsfed -n '__awsfed_at \'awsfed keys add\'' -l skip-validation -d 'Keep it without asking AWS whose key it is.'
complete -c awsfed -n '__awsfed_at \'awsfed keys add\'' -l replace -d 'Replace a key of that name.'
complete -c awsfed -n '__awsfed_at \'awsfed keys add\'' -s h -l help -d 'Show this message and exit.'

# awsfed keys check
complete -c awsfed -n '__awsfed_at \'awsfed keys check\'' -s h -l help -d 'Show this message and exit.'

# awsfed keys edit
complete -c awsfed -n '__awsfed_at \'awsfed keys edit\'' -l access-key-id -x -d 'Id of the new key; asked for where it is not given.'
complete -c awsfed -n '__awsfed_at \'awsfed keys edit\'' -l secret-stdin -d 'Read the secret from the first line of standard input.'
complete -c awsfed -n '__awsfed_at \'awsfed keys edit\'' -l secret-fd -x -d 'Read the secret from this open descriptor.'
complete -c awsfed -n '__awsfed_at \'awsfed keys edit\'' -l skip-validation -d 'Keep it without asking AWS whose key it is.'
complete -c awsfed -n '__awsfed_at \'awsfed keys edit\'' -l yes -d 'Do not ask whether the connectors may change.'
complete -c awsfed -n '__awsfed_at \'awsfed keys edit\'' -s h -l help -d 'Show this message and exit.'

# awsfed keys list
complete -c awsfed -n '__awsfed_at \'awsfed keys list\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed keys list\'' -s h -l help -d 'Show this message and exit.'

# awsfed keys remove
complete -c awsfed -n '__awsfed_at \'awsfed keys remove\'' -s h -l help -d 'Show this message and exit.'

# awsfed keys rotate
complete -c awsfed -n '__awsfed_at \'awsfed keys rotate\'' -l grace -x -d 'Keep the old key, deactivated, for so long (usually 1h).'
complete -c awsfed -n '__awsfed_at \'awsfed keys rotate\'' -l wait -d 'Stay until the old key is deleted, instead of leaving that to a later run.'
complete -c awsfed -n '__awsfed_at \'awsfed keys rotate\'' -l yes -d 'Agree to whatever would be asked.'
complete -c awsfed -n '__awsfed_at \'awsfed keys rotate\'' -l status -d 'Only show which rotations are under way.'
complete -c awsfed -n '__awsfed_at \'awsfed keys rotate\'' -l abandon -d 'Forget a rotation that cannot go on; nothing changes in AWS.'
complete -c awsfed -n '__awsfed_at \'awsfed keys rotate\'' -s h -l help -d 'Show this message and exit.'

# awsfed keys show
complete -c awsfed -n '__awsfed_at \'awsfed keys show\'' -l offline -d 'Do not ask AWS whose key it is.'
complete -c awsfed -n '__awsfed_at \'awsfed keys show\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed keys show\'' -s h -l help -d 'Show this message and exit.'

# awsfed labs
complete -c awsfed -n '__awsfed_at \'awsfed labs\' 0' -a 'list' -d 'List the switches and how each stands.'
complete -c awsfed -n '__awsfed_at \'awsfed labs\' 0' -a 'enable' -d 'Switch a feature on, in your settings file.'
complete -c awsfed -n '__awsfed_at \'awsfed labs\' 0' -a 'disable' -d 'Switch a feature off, in your settings file.'
complete -c awsfed -n '__awsfed_at \'awsfed labs\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed labs\'' -l json -d 'Print JSON.'

# awsfed labs list
complete -c awsfed -n '__awsfed_at \'awsfed labs list\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed labs list\'' -s h -l help -d 'Show this message and exit.'

# awsfed labs enable
complete -c awsfed -n '__awsfed_at \'awsfed labs enable\'' -s h -l help -d 'Show this message and exit.'

# awsfed labs disable
complete -c awsfed -n '__awsfed_at \'awsfed labs disable\'' -s h -l help -d 'Show this message and exit.'

# awsfed login
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -s u -l user -x -d 'Name to sign in with; remembered for the next time.'
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -l password-stdin -d 'Read the password from the first line of standard input.'
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -l broker -x -d 'Address of the broker; kept in your settings once you are signed in there.'
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -l service -x -d 'Sign in as this service, with its token instead of a password.'
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -l token-file -r -F -d 'File with the service\'s token; AWSFED_SERVICE_TOKEN holds it where neither this nor --token-fd is given.'
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -l token-fd -x -d 'Open descriptor to read the service\'s token from.'
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -l access-token -d 'Sign in with a personal access token of Bamboo, Jira or Bitbucket instead of the password.'
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -l keep-password -d 'Keep the password in the keyring, to sign in again where Bamboo, Jira or Bitbucket ended the session.'
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -l yes -d 'Answer yes to every question, such as whether to trust a new Crowd or broker.'
complete -c awsfed -n '__awsfed_at \'awsfed login\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed login\' 0+' -f -a '(__awsfed_names)'

# awsfed logout
complete -c awsfed -n '__awsfed_at \'awsfed logout\'' -l issuer -x -d 'Sign out of this Crowd or broker only, by its address.'
complete -c awsfed -n '__awsfed_at \'awsfed logout\'' -s h -l help -d 'Show this message and exit.'

# awsfed provision
complete -c awsfed -n '__awsfed_at \'awsfed provision\' 0' -a 'core' -d 'Make what the connectors of an access KEY need: a role and a policy.'
complete -c awsfed -n '__awsfed_at \'awsfed provision\' 0' -a 'quickstart' -d 'Make the same, and a user whose access key becomes KEY.'
complete -c awsfed -n '__awsfed_at \'awsfed provision\' 0' -a 'role' -d 'Make the role of a CONNECTOR.'
complete -c awsfed -n '__awsfed_at \'awsfed provision\'' -s h -l help -d 'Show this message and exit.'

# awsfed provision core
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -l runs-on -r -f -a 'ec2 ecs eks' -d 'What may take the role CoreRole; by default what the settings say of the key, or else ec2.'
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -s p -l parameter -x -d 'Value of a parameter of the template; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -s o -l output -r -F -d 'Write the template to this file.'
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -l replace -d 'Replace that file if it is there.'
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -l deploy -d 'Show what would change in AWS, ask, and do it.'
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -l key -x -d 'Access key that calls CloudFormation, with --deploy.'
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -l stack-name -x -d 'Name of the stack; has a default.'
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -l region -x -d 'Region of the stack; that of the settings by default.'
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -l yes -d 'Agree to whatever would be asked.'
complete -c awsfed -n '__awsfed_at \'awsfed provision core\'' -s h -l help -d 'Show this message and exit.'

# awsfed provision quickstart
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -l runs-on -r -f -a 'ec2 ecs eks' -d 'What may take the role CoreRole; by default what the settings say of the key, or else ec2.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -l secret-in-outputs -d 'Show the key\'s secret as an output, instead of storing it.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -s p -l parameter -x -d 'Value of a parameter of the template; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -s o -l output -r -F -d 'Write the template to this file.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -l replace -d 'Replace that file if it is there.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -l deploy -d 'Show what would change in AWS, ask, and do it.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -l key -x -d 'Access key that calls CloudFormation, with --deploy.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -l stack-name -x -d 'Name of the stack; has a default.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -l region -x -d 'Region of the stack; that of the settings by default.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -l yes -d 'Agree to whatever would be asked.'
complete -c awsfed -n '__awsfed_at \'awsfed provision quickstart\'' -s h -l help -d 'Show this message and exit.'

# awsfed provision role
complete -c awsfed -n '__awsfed_at \'awsfed provision role\'' -s p -l parameter -x -d 'Value of a parameter of the template; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed provision role\'' -s o -l output -r -F -d 'Write the template to this file.'
complete -c awsfed -n '__awsfed_at \'awsfed provision role\'' -l replace -d 'Replace that file if it is there.'
complete -c awsfed -n '__awsfed_at \'awsfed provision role\'' -l deploy -d 'Show what would change in AWS, ask, and do it.'
complete -c awsfed -n '__awsfed_at \'awsfed provision role\'' -l key -x -d 'Access key that calls CloudFormation, with --deploy.'
complete -c awsfed -n '__awsfed_at \'awsfed provision role\'' -l stack-name -x -d 'Name of the stack; has a default.'
complete -c awsfed -n '__awsfed_at \'awsfed provision role\'' -l region -x -d 'Region of the stack; that of the settings by default.'
complete -c awsfed -n '__awsfed_at \'awsfed provision role\'' -l yes -d 'Agree to whatever would be asked.'
complete -c awsfed -n '__awsfed_at \'awsfed provision role\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed provision role\' 0' -f -a '(__awsfed_names)'

# awsfed rds
complete -c awsfed -n '__awsfed_at \'awsfed rds\' 0' -a 'token' -d 'Print the password of a database user who signs in with IAM.'
complete -c awsfed -n '__awsfed_at \'awsfed rds\'' -s h -l help -d 'Show this message and exit.'

# awsfed rds token
complete -c awsfed -n '__awsfed_at \'awsfed rds token\'' -l host -x -d 'Endpoint of the database.'
complete -c awsfed -n '__awsfed_at \'awsfed rds token\'' -l port -x -d 'Its port, such as 5432 or 3306.'
complete -c awsfed -n '__awsfed_at \'awsfed rds token\'' -l user -x -d 'User of the database.'
complete -c awsfed -n '__awsfed_at \'awsfed rds token\'' -s r -l region -x -d 'Region, where the host tells none and it is not the connector\'s.'
complete -c awsfed -n '__awsfed_at \'awsfed rds token\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed rds token\' 0' -f -a '(__awsfed_names)'

# awsfed revoke
complete -c awsfed -n '__awsfed_at \'awsfed revoke\'' -l user -x -d 'Name of the user in Crowd; of a service, service=NAME.'
complete -c awsfed -n '__awsfed_at \'awsfed revoke\'' -l connector -r -f -a '(__awsfed_names)' -d 'Only what came from this connector, by id or name; may be given several times.'
complete -c awsfed -n '__awsfed_at \'awsfed revoke\'' -l all-connectors -d 'What came from any connector, whatever the user\'s groups are now.'
complete -c awsfed -n '__awsfed_at \'awsfed revoke\'' -l apply -d 'Put the policies, instead of printing how to.'
complete -c awsfed -n '__awsfed_at \'awsfed revoke\'' -l key -x -d 'Access key that puts them; the one of each connector by default.'
complete -c awsfed -n '__awsfed_at \'awsfed revoke\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed revoke\'' -s h -l help -d 'Show this message and exit.'

# awsfed sandbox
complete -c awsfed -n '__awsfed_at \'awsfed sandbox\'' -l directory -r -F -d 'TOML file with the users and groups of the sandbox\'s Crowd.'
complete -c awsfed -n '__awsfed_at \'awsfed sandbox\'' -l crowd-port -x -d 'Port of the sandbox\'s Crowd; any free one by default.'
complete -c awsfed -n '__awsfed_at \'awsfed sandbox\'' -l aws-port -x -d 'Port of the sandbox\'s AWS; any free one by default.'
complete -c awsfed -n '__awsfed_at \'awsfed sandbox\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed sandbox\'' -a -- -d 'The command follows'

# awsfed serve
complete -c awsfed -n '__awsfed_at \'awsfed serve\'' -l init -d 'Make the settings and the store of a new broker, and serve nothing yet.'
complete -c awsfed -n '__awsfed_at \'awsfed serve\'' -l listen -x -d 'Where to listen, instead of server.listen.'
complete -c awsfed -n '__awsfed_at \'awsfed serve\'' -l certificate -r -F -d 'File with the certificate in PEM form, instead of server.certificate.'
complete -c awsfed -n '__awsfed_at \'awsfed serve\'' -l certificate-key -r -F -d 'File with its private key, instead of server.certificate_key.'
complete -c awsfed -n '__awsfed_at \'awsfed serve\'' -s h -l help -d 'Show this message and exit.'

# awsfed services
complete -c awsfed -n '__awsfed_at \'awsfed services\' 0' -a 'add' -d 'Create a service that may use these CONNECTORs, and print its token.'
complete -c awsfed -n '__awsfed_at \'awsfed services\' 0' -a 'edit' -d 'Let a service use these CONNECTORs, and no others; its token stays.'
complete -c awsfed -n '__awsfed_at \'awsfed services\' 0' -a 'list' -d 'List the services and what each may use.'
complete -c awsfed -n '__awsfed_at \'awsfed services\' 0' -a 'revoke' -d 'Delete a service; its token and its sessions end at once.'
complete -c awsfed -n '__awsfed_at \'awsfed services\' 0' -a 'rotate' -d 'Give a service a new token; the old one and its sessions end at once.'
complete -c awsfed -n '__awsfed_at \'awsfed services\'' -s h -l help -d 'Show this message and exit.'

# awsfed services add
complete -c awsfed -n '__awsfed_at \'awsfed services add\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed services add\' 1+' -f -a '(__awsfed_names)'

# awsfed services edit
complete -c awsfed -n '__awsfed_at \'awsfed services edit\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed services edit\' 1+' -f -a '(__awsfed_names)'

# awsfed services list
complete -c awsfed -n '__awsfed_at \'awsfed services list\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed services list\'' -s h -l help -d 'Show this message and exit.'

# awsfed services revoke
complete -c awsfed -n '__awsfed_at \'awsfed services revoke\'' -s h -l help -d 'Show this message and exit.'

# awsfed services rotate
complete -c awsfed -n '__awsfed_at \'awsfed services rotate\'' -s h -l help -d 'Show this message and exit.'

# awsfed status
complete -c awsfed -n '__awsfed_at \'awsfed status\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed status\'' -s h -l help -d 'Show this message and exit.'

# awsfed store
complete -c awsfed -n '__awsfed_at \'awsfed store\' 0' -a 'backup' -d 'Write the store into FILE, as it is at this moment; servers go on.'
complete -c awsfed -n '__awsfed_at \'awsfed store\' 0' -a 'check' -d 'Look at everything: who can enter the folder, the file, its schema, and whether every secret opens.'
complete -c awsfed -n '__awsfed_at \'awsfed store\' 0' -a 'init' -d 'Make the store, and the sealing key where there is none yet; a store that is there is left alone.'
complete -c awsfed -n '__awsfed_at \'awsfed store\' 0' -a 'migrate' -d 'Bring the store to the schema of this version, after a backup beside it; servers have to be stopped.'
complete -c awsfed -n '__awsfed_at \'awsfed store\' 0' -a 'reseal' -d 'Seal every secret with a new key, and forget the key of before.'
complete -c awsfed -n '__awsfed_at \'awsfed store\' 0' -a 'restore' -d 'Put the backup in FILE into the place of the store; servers have to be stopped.'
complete -c awsfed -n '__awsfed_at \'awsfed store\'' -s h -l help -d 'Show this message and exit.'

# awsfed store backup
complete -c awsfed -n '__awsfed_at \'awsfed store backup\'' -l force -d 'Replace the file where there is one.'
complete -c awsfed -n '__awsfed_at \'awsfed store backup\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed store backup\' 0' -F

# awsfed store check
complete -c awsfed -n '__awsfed_at \'awsfed store check\'' -s h -l help -d 'Show this message and exit.'

# awsfed store init
complete -c awsfed -n '__awsfed_at \'awsfed store init\'' -s h -l help -d 'Show this message and exit.'

# awsfed store migrate
complete -c awsfed -n '__awsfed_at \'awsfed store migrate\'' -s h -l help -d 'Show this message and exit.'

# awsfed store reseal
complete -c awsfed -n '__awsfed_at \'awsfed store reseal\'' -l to -x -d 'Where the new wrapping key is: file:/PATH, environment, keyring or kms:ARN.'
complete -c awsfed -n '__awsfed_at \'awsfed store reseal\'' -s h -l help -d 'Show this message and exit.'

# awsfed store restore
complete -c awsfed -n '__awsfed_at \'awsfed store restore\'' -l force -d 'Lose the store that is there.'
complete -c awsfed -n '__awsfed_at \'awsfed store restore\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed store restore\' 0' -F

# awsfed whoami
complete -c awsfed -n '__awsfed_at \'awsfed whoami\'' -l json -d 'Print JSON.'
complete -c awsfed -n '__awsfed_at \'awsfed whoami\'' -s h -l help -d 'Show this message and exit.'
complete -c awsfed -n '__awsfed_at \'awsfed whoami\' 0' -f -a '(__awsfed_names)'
