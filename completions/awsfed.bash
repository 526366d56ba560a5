# Completes awsfed in bash. Made by script/generate. Nothing here starts awsfed; the names of connectors come from the
# last listing.

# Sets what may follow a command: its commands, options, those of them with a value, kinds of arguments, the command
# that is meant where none is named, and whether another command line follows behind --.
_awsfed_know() {
    commands='' options='' valued='' arguments='' default='' dashes=''
    case $1 in
    'awsfed')
        commands='audit catalogue codeartifact config configure connectors console credential-process credentials ecr eks endpoint env exec git-credential keys labs login logout provision rds revoke sandbox serve services status store whoami'
        options='-V --version --config --max-retries --debug -h --help'
        valued='--config --max-retries'
        ;;
    'awsfed audit')
        commands='export public-key search verify who'
        options='-h --help'
        ;;
    'awsfed audit export')
        options='--file --heads-only --after -h --help'
        valued='--file --after'
        ;;
    'awsfed audit public-key')
        options='-h --help'
        ;;
    'awsfed audit search')
        options='--file --user --connector --kind --access-key --source --request --since --until --last --json -h --help'
        valued='--file --user --connector --kind --access-key --source --request --since --until --last'
        ;;
    'awsfed audit verify')
        options='--file --public-key --head --json -h --help'
        valued='--file --public-key --head'
        ;;
    'awsfed audit who')
        options='--file --json -h --help'
        valued='--file'
        arguments='anything'
        ;;
    'awsfed catalogue')
        commands='diff keygen refresh show sign verify'
        options='-h --help'
        ;;
    'awsfed catalogue diff')
        options='--json -h --help'
        arguments='file'
        ;;
    'awsfed catalogue keygen')
        options='-h --help'
        arguments='file'
        ;;
    'awsfed catalogue refresh')
        options='-h --help'
        ;;
    'awsfed catalogue show')
        options='--json -h --help'
        ;;
    'awsfed catalogue sign')
        options='--key-file -h --help'
        valued='--key-file'
        arguments='file'
        ;;
    'awsfed catalogue verify')
        options='--signature --public-key -h --help'
        valued='--signature --public-key'
        arguments='file'
        ;;
    'awsfed codeartifact')
        commands='login token'
        options='-h --help'
        ;;
    'awsfed codeartifact login')
        options='--repository --namespace --domain --domain-owner -r --region --duration -h --help'
        valued='--repository --namespace --domain --domain-owner -r --region --duration'
        arguments='one-of:pip,npm,twine connector'
        ;;
    'awsfed codeartifact token')
        options='--domain --domain-owner -r --region --duration -h --help'
        valued='--domain --domain-owner -r --region --duration'
        arguments='connector'
        ;;
    'awsfed config')
        commands='check init set-secret show'
        options='-h --help'
        ;;
    'awsfed config check')
        options='--online -h --help'
        ;;
    'awsfed config init')
        options='--crowd-url --application --administrators --region --replace -h --help'
        valued='--crowd-url --application --administrators --region'
        ;;
    'awsfed config set-secret')
        options='--stdin -h --help'
        ;;
    'awsfed config show')
        options='--json -h --help'
        ;;
    'awsfed configure')
        options='--all -p --profile --dry-run -h --help'
        valued='-p --profile'
        arguments='connector*'
        ;;
    'awsfed connectors')
        commands='list show why test import export'
        options='-h --help'
        default='list'
        ;;
    'awsfed connectors list')
        options='--json -h --help'
        ;;
    'awsfed connectors show')
        options='--json -h --help'
        arguments='connector'
        ;;
    'awsfed connectors why')
        options='--json -h --help'
        arguments='connector'
        ;;
    'awsfed connectors test')
        options='-h --help'
        arguments='connector'
        ;;
    'awsfed connectors import')
        options='--accounts --output -o --replace -h --help'
        valued='--accounts --output -o'
        arguments='file'
        ;;
    'awsfed connectors export')
        options='--format -h --help'
        valued='--format'
        ;;
    'awsfed console')
        options='-s --service -r --region --print --policy --policy-arn --read-only --region-lock --duration -h --help'
        valued='-s --service -r --region --policy --policy-arn --region-lock --duration'
        arguments='connector'
        ;;
    'awsfed credential-process')
        options='--key -h --help'
        valued='--key'
        arguments='connector'
        ;;
    'awsfed credentials')
        commands='write remove'
        options='-h --help'
        default='write'
        ;;
    'awsfed credentials write')
        options='-p --profile --all --dry-run --min-life --policy --policy-arn --read-only --region-lock --duration -h --help'
        valued='-p --profile --min-life --policy --policy-arn --region-lock --duration'
        arguments='connector'
        ;;
    'awsfed credentials remove')
        options='--all -h --help'
        arguments='anything*'
        ;;
    'awsfed ecr')
        commands='login'
        options='-h --help'
        ;;
    'awsfed ecr login')
        options='-r --region --tool --print -h --help'
        valued='-r --region --tool'
        arguments='connector'
        ;;
    'awsfed eks')
        commands='kubeconfig token'
        options='-h --help'
        ;;
    'awsfed eks kubeconfig')
        options='-r --region --name --print -h --help'
        valued='-r --region --name'
        arguments='anything connector'
        ;;
    'awsfed eks token')
        options='-c --cluster -r --region -h --help'
        valued='-c --cluster -r --region'
        arguments='connector'
        ;;
    'awsfed endpoint')
        options='-f --format --port -h --help'
        valued='-f --format --port'
        arguments='connector'
        ;;
    'awsfed env')
        options='-f --format --unset --namespace --ecr --min-life --policy --policy-arn --read-only --region-lock --duration -h --help'
        valued='-f --format --namespace --min-life --policy --policy-arn --region-lock --duration'
        arguments='connector'
        ;;
    'awsfed exec')
        options='--refresh --nested --min-life --policy --policy-arn --read-only --region-lock --duration -h --help'
        valued='--min-life --policy --policy-arn --region-lock --duration'
        arguments='connector'
        dashes='yes'
        ;;
    'awsfed git-credential')
        options='--connector -h --help'
        valued='--connector'
        arguments='anything'
        ;;
    'awsfed keys')
        commands='add check edit list remove rotate show'
        options='-h --help'
        ;;
    'awsfed keys add')
        options='--access-key-id --secret-stdin --secret-fd --skip-validation --replace -h --help'
        valued='--access-key-id --secret-fd'
        arguments='anything'
        ;;
    'awsfed keys check')
        options='-h --help'
        arguments='anything'
        ;;
    'awsfed keys edit')
        options='--access-key-id --secret-stdin --secret-fd --skip-validation --yes -h --help'
        valued='--access-key-id --secret-fd'
        arguments='anything'
        ;;
    'awsfed keys list')
        options='--json -h --help'
        ;;
    'awsfed keys remove')
        options='-h --help'
        arguments='anything'
        ;;
    'awsfed keys rotate')
        options='--grace --wait --yes --status --abandon -h --help'
        valued='--grace'
        arguments='anything'
        ;;
    'awsfed keys show')
        options='--offline --json -h --help'
        arguments='anything'
        ;;
    'awsfed labs')
        commands='list enable disable'
        options='-h --help'
        default='list'
        ;;
    'awsfed labs list')
        options='--json -h --help'
        ;;
    'awsfed labs enable')
        options='-h --help'
        arguments='anything'
        ;;
    'awsfed labs disable')
        options='-h --help'
        arguments='anything'
        ;;
    'awsfed login')
        options='-u --user --password-stdin --broker --service --token-file --token-fd --access-token --keep-password --yes -h --help'
        valued='-u --user --broker --service --token-file --token-fd'
        arguments='connector*'
        ;;
    'awsfed logout')
        options='--issuer -h --help'
        valued='--issuer'
        ;;
    'awsfed provision')
        commands='core quickstart role'
        options='-h --help'
        ;;
    'awsfed provision core')
        options='--runs-on -p --parameter -o --output --replace --deploy --key --stack-name --region --yes -h --help'
        valued='--runs-on -p --parameter -o --output --key --stack-name --region'
        arguments='anything'
        ;;
    'awsfed provision quickstart')
        options='--runs-on --secret-in-outputs -p --parameter -o --output --replace --deploy --key --stack-name --region --yes -h --help'
        valued='--runs-on -p --parameter -o --output --key --stack-name --region'
        arguments='anything'
        ;;
    'awsfed provision role')
        options='-p --parameter -o --output --replace --deploy --key --stack-name --region --yes -h --help'
        valued='-p --parameter -o --output --key --stack-name --region'
        arguments='connector'
        ;;
    'awsfed rds')
        commands='token'
        options='-h --help'
        ;;
    'awsfed rds token')
        options='--host --port --user -r --region -h --help'
        valued='--host --port --user -r --region'
        arguments='connector'
        ;;
    'awsfed revoke')
        options='--user --connector --all-connectors --apply --key --json -h --help'
        valued='--user --connector --key'
        ;;
    'awsfed sandbox')
        options='--directory --crowd-port --aws-port -h --help'
        valued='--directory --crowd-port --aws-port'
        dashes='yes'
        ;;
    'awsfed serve')
        options='--init --listen --certificate --certificate-key -h --help'
        valued='--listen --certificate --certificate-key'
        ;;
    'awsfed services')
        commands='add edit list revoke rotate'
        options='-h --help'
        ;;
    'awsfed services add')
        options='-h --help'
        arguments='anything connector*'
        ;;
    'awsfed services edit')
        options='-h --help'
        arguments='anything connector*'
        ;;
    'awsfed services list')
        options='--json -h --help'
        ;;
    'awsfed services revoke')
        options='-h --help'
        arguments='anything'
        ;;
    'awsfed services rotate')
        options='-h --help'
        arguments='anything'
        ;;
    'awsfed status')
        options='--json -h --help'
        ;;
    'awsfed store')
        commands='backup check init migrate reseal restore'
        options='-h --help'
        ;;
    'awsfed store backup')
        options='--force -h --help'
        arguments='file'
        ;;
    'awsfed store check')
        options='-h --help'
        ;;
    'awsfed store init')
        options='-h --help'
        ;;
    'awsfed store migrate')
        options='-h --help'
        ;;
    'awsfed store reseal')
        options='--to -h --help'
        valued='--to'
        ;;
    'awsfed store restore')
        options='--force -h --help'
        arguments='file'
        ;;
    'awsfed whoami')
        options='--json -h --help'
        arguments='connector'
        ;;
    esac
}

# Sets the kind of value that an option of a command takes.
_awsfed_kind() {
    kind=''
    case "$1 $2" in
    'awsfed --config') kind='file' ;;
    'awsfed audit export --file') kind='file' ;;
    'awsfed audit export --after') kind='file' ;;
    'awsfed audit search --file') kind='file' ;;
    'awsfed audit search --connector') kind='connector' ;;
    'awsfed audit search --kind') kind='one-of:sign-in sign-in-refused sign-out intent vended failed refused changed' ;;
    'awsfed audit verify --file') kind='file' ;;
    'awsfed audit verify --head') kind='file' ;;
    'awsfed audit who --file') kind='file' ;;
    'awsfed catalogue sign --key-file') kind='file' ;;
    'awsfed catalogue verify --signature') kind='file' ;;
    'awsfed connectors import --accounts') kind='file' ;;
    'awsfed connectors import --output' | 'awsfed connectors import -o') kind='file' ;;
    'awsfed connectors export --format') kind='one-of:ifaws toml' ;;
    'awsfed ecr login --tool') kind='one-of:docker podman nerdctl finch' ;;
    'awsfed endpoint -f' | 'awsfed endpoint --format') kind='one-of:bash fish powershell cmd dotenv json' ;;
    'awsfed env -f' | 'awsfed env --format') kind='one-of:bash fish powershell cmd dotenv json bamboo github gitlab' ;;
    'awsfed git-credential --connector') kind='connector' ;;
    'awsfed login --token-file') kind='file' ;;
    'awsfed provision core --runs-on') kind='one-of:ec2 ecs eks' ;;
    'awsfed provision core -o' | 'awsfed provision core --output') kind='file' ;;
    'awsfed provision quickstart --runs-on') kind='one-of:ec2 ecs eks' ;;
    'awsfed provision quickstart -o' | 'awsfed provision quickstart --output') kind='file' ;;
    'awsfed provision role -o' | 'awsfed provision role --output') kind='file' ;;
    'awsfed revoke --connector') kind='connector' ;;
    'awsfed sandbox --directory') kind='file' ;;
    'awsfed serve --certificate') kind='file' ;;
    'awsfed serve --certificate-key') kind='file' ;;
    esac
}

# Adds those of the given words that begin with what was typed.
_awsfed_words() {
    local word
    for word in $1; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}

_awsfed_paths() {
    local path
    type compopt &>/dev/null && compopt -o filenames 2>/dev/null
    while IFS= read -r path; do
        COMPREPLY+=("$path")
    done < <(compgen "$1" -- "$cur")
}

# Adds what a kind of value offers.
_awsfed_offer() {
    case $1 in
    connector) _awsfed_words "$(awsfed-credentials --names 2>/dev/null)" ;;
    file) _awsfed_paths -f ;;
    folder) _awsfed_paths -d ;;
    one-of:*)
        local choices=${1#one-of:}
        _awsfed_words "${choices//,/ }"
        ;;
    esac
}

# Completes the command line that begins at a place.
_awsfed_command_at() {
    local name
    if ((COMP_CWORD == $1)); then
        while IFS= read -r name; do
            COMPREPLY+=("$name")
        done < <(compgen -c -- "$cur" | sort -u)
        [[ $cur == */* ]] && _awsfed_paths -f
    elif declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$1"
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    else
        _awsfed_paths -f
    fi
}

_awsfed() {
    local cur=${COMP_WORDS[COMP_CWORD]} path=awsfed option='' kind='' ended='' word argument
    local commands options valued arguments default dashes
    local -i i=1 place=0
    COMPREPLY=()
    _awsfed_know "$path"
    while ((i < COMP_CWORD)); do
        word=${COMP_WORDS[i]}
        if [[ -n $option ]]; then
            [[ $word == '=' ]] || option=''
        elif [[ -z $ended && $place -eq 0 && -n $commands && " $commands " == *" $word "* ]]; then
            path+=" $word"
            _awsfed_know "$path"
        elif [[ -n $default && $word != -h && $word != --help ]]; then
            path+=" $default"
            _awsfed_know "$path"
            continue
        elif [[ -n $ended ]]; then
            place+=1
        elif [[ $word == -- && -n $dashes ]]; then
            _awsfed_command_at $((i + 1))
            return
        elif [[ $word == -- ]]; then
            ended=yes
        elif [[ " $valued " == *" $word "* ]]; then
            option=$word
        elif [[ $word != -?* ]]; then
            place+=1
        fi
        i+=1
    done
    if [[ -n $option ]]; then
        [[ $cur == '=' ]] && cur=''
        _awsfed_kind "$path" "$option"
        _awsfed_offer "$kind"
        return
    fi
    [[ -z $ended ]] || options='' commands=''
    _awsfed_here
}

# Completes at a place of its own: a command, an argument or an option.
_awsfed_here() {
    local own=$options
    if [[ $cur != -* ]]; then
        _awsfed_words "$commands"
        if [[ -n $default ]]; then
            _awsfed_know "$path $default"
        fi
        for argument in $arguments; do
            if ((place == 0)) || [[ $argument == *'*' ]]; then
                _awsfed_offer "${argument%\*}"
                break
            fi
            place=$((place - 1))
        done
        [[ -z $cur && ${#COMPREPLY[@]} -eq 0 ]] || return 0
    elif [[ -n $default ]]; then
        _awsfed_know "$path $default"
    fi
    _awsfed_words "$(printf '%s\n' $own $options | sort -u)"
    [[ -z $dashes ]] || _awsfed_words --
}

complete -F _awsfed awsfed
