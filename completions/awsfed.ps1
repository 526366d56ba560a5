# Completes awsfed in PowerShell. Made by script/generate. Nothing here starts awsfed; the names of connectors come from
# the last listing. Load it in your profile: . path\to\awsfed.ps1

Register-ArgumentCompleter -Native -CommandName awsfed -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $tree = @{
        'awsfed' = @{
            Commands = @{
                'audit' = 'Read the trail of a broker that serves others, in server.folder: who had which access, when, and why.'
                'catalogue' = 'Look into the catalogue of connectors, and publish one.'
                'codeartifact' = 'Sign package tools in to CodeArtifact.'
                'config' = 'Write, check and show the settings.'
                'configure' = 'Write AWS profiles that fetch and renew their credentials by themselves.'
                'connectors' = 'List the connectors that your groups open, and explain them.'
                'console' = 'Sign in to the AWS console in the browser.'
                'credential-process' = 'Answer an AWS SDK with credentials, as its credential_process.'
                'credentials' = 'Write credentials into the AWS credentials file, or remove them from it.'
                'ecr' = 'Sign container tools in to Amazon''s registry.'
                'eks' = 'Open Kubernetes clusters of EKS.'
                'endpoint' = 'Serve credentials to AWS programs on this machine until Ctrl-C, and renew them meanwhile.'
                'env' = 'Print credentials as environment variables, for a shell, a tool or a build server.'
                'exec' = 'Run a command with credentials in its environment.'
                'git-credential' = 'Answer git with the user name and password of a CodeCommit repository.'
                'keys' = 'Enter and check the long-term access keys behind connectors.'
                'labs' = 'Switch features on and off that not everybody wants.'
                'login' = 'Sign in, to the broker or to Crowd; CONNECTORs that are named become AWS profiles.'
                'logout' = 'End your sessions, and remove every cached credential and the profile sections made from them.'
                'provision' = 'Write CloudFormation templates of what connectors need in AWS, and deploy them.'
                'rds' = 'Connect to databases of RDS and Aurora.'
                'revoke' = 'End the sessions of a user, and what AWS still gives them.'
                'sandbox' = 'Serve a Crowd and an AWS on this machine, to try everything against.'
                'serve' = 'Be the broker of others: awsfed over HTTP, and the REST interface of an installed IFAWS.'
                'services' = 'Let programs without a person sign in, each with a token and connectors of its own.'
                'status' = 'Show who is signed in, until when, and which credentials live.'
                'store' = 'Look after the store of a broker that serves others, in server.folder.'
                'whoami' = 'Ask AWS who you are with a connector: account, ARN and user id.'
            }
            Options = @{
                '-V' = 'Show the version and exit.'
                '--version' = 'Show the version and exit.'
                '--config' = 'Settings file to use instead of the usual one.'
                '--max-retries' = 'How often a failed request is repeated.'
                '--debug' = 'Show a traceback with an unexpected error.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--config' = 'anything'
                '--max-retries' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed audit' = @{
            Commands = @{
                'export' = 'Print the trail, one JSON object a line, for audit verify --file on another machine.'
                'public-key' = 'Print the public half of server.audit_key, which whoever verifies the trail elsewhere has to know.'
                'search' = 'Show what is in the trail, the newest last.'
                'verify' = 'Tell whether the trail is whole: nothing changed, nothing missing, every signature that of a trusted key.'
                'who' = 'Tell to whom temporary credentials were given, by the ACCESS_KEY_ID that CloudTrail has of them.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed audit export' = @{
            Commands = @{}
            Options = @{
                '--file' = 'A trail that was exported, instead of the one in server.folder; - is standard input.'
                '--heads-only' = 'The signatures alone, for audit verify --head later.'
                '--after' = 'Only what is not in an earlier export; may be given several times.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--file' = 'anything'
                '--after' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed audit public-key' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed audit search' = @{
            Commands = @{}
            Options = @{
                '--file' = 'A trail that was exported, instead of the one in server.folder; - is standard input.'
                '--user' = 'Name or key of a user.'
                '--connector' = 'Id of a connector, or the name of one that there is.'
                '--kind' = 'What happened; may be given several times.'
                '--access-key' = 'Id of an access key that was vended.'
                '--source' = 'Address that a request came from.'
                '--request' = 'Id of a request: from our log, from X-Request-Id, or from CloudTrail.'
                '--since' = 'Nothing that is older: a day, or a moment; of this machine''s zone if it names none.'
                '--until' = 'Nothing from then on.'
                '--last' = 'How many at most.'
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--file' = 'anything'
                '--user' = 'anything'
                '--connector' = 'connector'
                '--kind' = 'one-of:sign-in sign-in-refused sign-out intent vended failed refused changed'
                '--access-key' = 'anything'
                '--source' = 'anything'
                '--request' = 'anything'
                '--since' = 'anything'
                '--until' = 'anything'
                '--last' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed audit verify' = @{
            Commands = @{}
            Options = @{
                '--file' = 'A trail that was exported, instead of the one in server.folder; - is standard input.'
                '--public-key' = 'Key to trust; that of server.audit_key where none is given, and no --file.'
                '--head' = 'Signatures that were exported earlier, and have to fit still.'
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--file' = 'anything'
                '--public-key' = 'anything'
                '--head' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed audit who' = @{
            Commands = @{}
            Options = @{
                '--file' = 'A trail that was exported, instead of the one in server.folder; - is standard input.'
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--file' = 'anything'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed catalogue' = @{
            Commands = @{
                'diff' = 'Say what would change if FILE took the place of the catalogue.'
                'keygen' = 'Make a key to sign catalogues with: the PRIVATE half goes to a file, the public one is printed.'
                'refresh' = 'Ask the source of the catalogue now, however young the last answer is.'
                'show' = 'Show where connectors come from: age, version, expiry and signature of each document.'
                'sign' = 'Sign a catalogue: write FILE.sig, which goes where FILE goes.'
                'verify' = 'Tell whether a catalogue counts: signed with a key of the settings, unchanged since, and not expired.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed catalogue diff' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed catalogue keygen' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed catalogue refresh' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed catalogue show' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed catalogue sign' = @{
            Commands = @{}
            Options = @{
                '--key-file' = 'File with the private key, as keygen wrote it.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--key-file' = 'anything'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed catalogue verify' = @{
            Commands = @{}
            Options = @{
                '--signature' = 'File with the signature, if it is not FILE.sig.'
                '--public-key' = 'Key to take; those of the settings where none is given.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--signature' = 'anything'
                '--public-key' = 'anything'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed codeartifact' = @{
            Commands = @{
                'login' = 'Write a repository and a token for it into the settings file of a package tool.'
                'token' = 'Print a token for a domain, for a tool that awsfed does not know; the user name is aws.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed codeartifact login' = @{
            Commands = @{}
            Options = @{
                '--repository' = 'Name of the repository.'
                '--namespace' = 'Scope of npm that comes from there; else everything does.'
                '--domain' = 'Name of the domain.'
                '--domain-owner' = 'Account of the domain; the connector''s by default, but a broker elsewhere is not asked for it.'
                '-r' = 'Region to use; the connector''s by default.'
                '--region' = 'Region to use; the connector''s by default.'
                '--duration' = 'Life of the token, 15m to 12h; 0 ends it together with the credentials; 12h by default.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--repository' = 'anything'
                '--namespace' = 'anything'
                '--domain' = 'anything'
                '--domain-owner' = 'anything'
                '-r' = 'anything'
                '--region' = 'anything'
                '--duration' = 'anything'
            }
            Arguments = @('one-of:pip npm twine', 'connector')
            Default = ''
        }
        'awsfed codeartifact token' = @{
            Commands = @{}
            Options = @{
                '--domain' = 'Name of the domain.'
                '--domain-owner' = 'Account of the domain; the connector''s by default, but a broker elsewhere is not asked for it.'
                '-r' = 'Region to use; the connector''s by default.'
                '--region' = 'Region to use; the connector''s by default.'
                '--duration' = 'Life of the token, 15m to 12h; 0 ends it together with the credentials; 12h by default.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--domain' = 'anything'
                '--domain-owner' = 'anything'
                '-r' = 'anything'
                '--region' = 'anything'
                '--duration' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed config' = @{
            Commands = @{
                'check' = 'Find every mistake in the settings and connectors at once.'
                'init' = 'Ask what must be known and write a commented settings file.'
                'set-secret' = 'Keep the Crowd application''s password, or its OAuth client secret, where the settings look for it.'
                'show' = 'Show every setting with where its value comes from.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed config check' = @{
            Commands = @{}
            Options = @{
                '--online' = 'Ask Crowd too whether it accepts the application, or who the broker is.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed config init' = @{
            Commands = @{}
            Options = @{
                '--crowd-url' = 'Address of Crowd, such as https://crowd.example.org/crowd.'
                '--application' = 'Name of the application that awsfed is in Crowd.'
                '--administrators' = 'Group whose members may use every connector.'
                '--region' = 'Region for connectors that name none.'
                '--replace' = 'Replace a settings file that exists.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--crowd-url' = 'anything'
                '--application' = 'anything'
                '--administrators' = 'anything'
                '--region' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed config set-secret' = @{
            Commands = @{}
            Options = @{
                '--stdin' = 'Read it from the first line of standard input.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed config show' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed configure' = @{
            Commands = @{}
            Options = @{
                '--all' = 'Configure every connector that is open to you.'
                '-p' = 'Name of the profile, for a single CONNECTOR; its own name by default.'
                '--profile' = 'Name of the profile, for a single CONNECTOR; its own name by default.'
                '--dry-run' = 'Show what would change.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-p' = 'anything'
                '--profile' = 'anything'
            }
            Arguments = @('connector*')
            Default = ''
        }
        'awsfed connectors' = @{
            Commands = @{
                'list' = 'List the connectors that are open to you.'
                'show' = 'Show one connector.'
                'why' = 'Say which of your groups opens a connector, or which one would.'
                'test' = 'Vend from a connector, part by part, and say what is missing where that fails.'
                'import' = 'Turn the connectors of an installed IFAWS into a catalogue.'
                'export' = 'Print every connector of settings and catalogue, for an installed IFAWS or for another awsfed.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = 'list'
        }
        'awsfed connectors list' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed connectors show' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('connector')
            Default = ''
        }
        'awsfed connectors why' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('connector')
            Default = ''
        }
        'awsfed connectors test' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('connector')
            Default = ''
        }
        'awsfed connectors import' = @{
            Commands = @{}
            Options = @{
                '--accounts' = 'File with the accounts, if they are not in the same one.'
                '--output' = 'Write to this file.'
                '-o' = 'Write to this file.'
                '--replace' = 'Replace a file that exists.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--accounts' = 'anything'
                '--output' = 'anything'
                '-o' = 'anything'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed connectors export' = @{
            Commands = @{}
            Options = @{
                '--format' = 'What to write.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--format' = 'one-of:ifaws toml'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed console' = @{
            Commands = @{}
            Options = @{
                '-s' = 'Service to arrive at, such as s3 or cloudwatch.'
                '--service' = 'Service to arrive at, such as s3 or cloudwatch.'
                '-r' = 'Region to arrive in.'
                '--region' = 'Region to arrive in.'
                '--print' = 'Print the address instead of opening it; it is a secret.'
                '--policy' = 'Allow no more than the policy in this file does.'
                '--policy-arn' = 'Allow no more than this managed policy does; may be given several times.'
                '--read-only' = 'Allow only what reads.'
                '--region-lock' = 'Allow requests to this region only; may be given several times.'
                '--duration' = 'Ask for credentials with a shorter life, such as 15m.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-s' = 'anything'
                '--service' = 'anything'
                '-r' = 'anything'
                '--region' = 'anything'
                '--policy' = 'anything'
                '--policy-arn' = 'anything'
                '--region-lock' = 'anything'
                '--duration' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed credential-process' = @{
            Commands = @{}
            Options = @{
                '--key' = 'Cache entry to answer from, named in the line that `awsfed configure` wrote.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--key' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed credentials' = @{
            Commands = @{
                'write' = 'Write the credentials of a connector into a profile of the AWS credentials file.'
                'remove' = 'Remove profiles that awsfed wrote from the AWS credentials file.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = 'write'
        }
        'awsfed credentials write' = @{
            Commands = @{}
            Options = @{
                '-p' = 'Name of the profile; the connector''s by default.'
                '--profile' = 'Name of the profile; the connector''s by default.'
                '--all' = 'Write a profile for every connector that is open to you.'
                '--dry-run' = 'Show what would change, with the secrets hidden.'
                '--min-life' = 'How long the credentials have to be good for, such as 45m; a minute by default.'
                '--policy' = 'Allow no more than the policy in this file does.'
                '--policy-arn' = 'Allow no more than this managed policy does; may be given several times.'
                '--read-only' = 'Allow only what reads.'
                '--region-lock' = 'Allow requests to this region only; may be given several times.'
                '--duration' = 'Ask for credentials with a shorter life, such as 15m.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-p' = 'anything'
                '--profile' = 'anything'
                '--min-life' = 'anything'
                '--policy' = 'anything'
                '--policy-arn' = 'anything'
                '--region-lock' = 'anything'
                '--duration' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed credentials remove' = @{
            Commands = @{}
            Options = @{
                '--all' = 'Remove every profile that awsfed wrote.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything*')
            Default = ''
        }
        'awsfed ecr' = @{
            Commands = @{
                'login' = 'Sign a container tool in to the registry of a connector''s account, for 12 hours.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed ecr login' = @{
            Commands = @{}
            Options = @{
                '-r' = 'Region of the registry; the connector''s by default.'
                '--region' = 'Region of the registry; the connector''s by default.'
                '--tool' = 'Tool to sign in.'
                '--print' = 'Print the password instead; the user name is AWS.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-r' = 'anything'
                '--region' = 'anything'
                '--tool' = 'one-of:docker podman nerdctl finch'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed eks' = @{
            Commands = @{
                'kubeconfig' = 'Write a kubeconfig for one cluster into a file of its own, and print the command that uses it.'
                'token' = 'Print a token for a cluster as an ExecCredential, which kubectl asks for by itself.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed eks kubeconfig' = @{
            Commands = @{}
            Options = @{
                '-r' = 'Region to use; the connector''s by default.'
                '--region' = 'Region to use; the connector''s by default.'
                '--name' = 'Name of the context and of the file; the cluster''s by default.'
                '--print' = 'Print the kubeconfig instead of writing it.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-r' = 'anything'
                '--region' = 'anything'
                '--name' = 'anything'
            }
            Arguments = @('anything', 'connector')
            Default = ''
        }
        'awsfed eks token' = @{
            Commands = @{}
            Options = @{
                '-c' = 'Name of the cluster.'
                '--cluster' = 'Name of the cluster.'
                '-r' = 'Region to use; the connector''s by default.'
                '--region' = 'Region to use; the connector''s by default.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-c' = 'anything'
                '--cluster' = 'anything'
                '-r' = 'anything'
                '--region' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed endpoint' = @{
            Commands = @{}
            Options = @{
                '-f' = 'Shell or tool that will read the variables.'
                '--format' = 'Shell or tool that will read the variables.'
                '--port' = 'Port on 127.0.0.1; any free one by default.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-f' = 'one-of:bash fish powershell cmd dotenv json'
                '--format' = 'one-of:bash fish powershell cmd dotenv json'
                '--port' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed env' = @{
            Commands = @{}
            Options = @{
                '-f' = 'Shell or tool that will read it.'
                '--format' = 'Shell or tool that will read it.'
                '--unset' = 'Print the commands that take the variables back instead.'
                '--namespace' = 'First part of the names of Bamboo''s variables, custom by default; empty where its task adds one.'
                '--ecr' = 'Add the password of the connector''s container registry, for Bamboo.'
                '--min-life' = 'How long the credentials have to be good for, such as 45m; a minute by default.'
                '--policy' = 'Allow no more than the policy in this file does.'
                '--policy-arn' = 'Allow no more than this managed policy does; may be given several times.'
                '--read-only' = 'Allow only what reads.'
                '--region-lock' = 'Allow requests to this region only; may be given several times.'
                '--duration' = 'Ask for credentials with a shorter life, such as 15m.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-f' = 'one-of:bash fish powershell cmd dotenv json bamboo github gitlab'
                '--format' = 'one-of:bash fish powershell cmd dotenv json bamboo github gitlab'
                '--namespace' = 'anything'
                '--min-life' = 'anything'
                '--policy' = 'anything'
                '--policy-arn' = 'anything'
                '--region-lock' = 'anything'
                '--duration' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed exec' = @{
            Commands = @{}
            Options = @{
                '--refresh' = 'Renew the credentials for as long as the command runs.'
                '--nested' = 'Allow it inside another `awsfed exec`.'
                '--min-life' = 'How long the credentials have to be good for, such as 45m; a minute by default.'
                '--policy' = 'Allow no more than the policy in this file does.'
                '--policy-arn' = 'Allow no more than this managed policy does; may be given several times.'
                '--read-only' = 'Allow only what reads.'
                '--region-lock' = 'Allow requests to this region only; may be given several times.'
                '--duration' = 'Ask for credentials with a shorter life, such as 15m.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--min-life' = 'anything'
                '--policy' = 'anything'
                '--policy-arn' = 'anything'
                '--region-lock' = 'anything'
                '--duration' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed git-credential' = @{
            Commands = @{}
            Options = @{
                '--connector' = 'Connector whose credentials open the repositories.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--connector' = 'connector'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed keys' = @{
            Commands = @{
                'add' = 'Put an access key into the keyring, under the NAME that connectors use.'
                'check' = 'Ask AWS whose keys they are: the one named, or all of the settings.'
                'edit' = 'Put another access key in the place of one in the keyring, for all connectors that depend on it.'
                'list' = 'List the access keys of the settings, where each is kept, and the connectors that depend on it.'
                'remove' = 'Remove an access key from the keyring; AWS keeps it until it is deleted there.'
                'rotate' = 'Exchange an access key in the keyring for a new one of the same user.'
                'show' = 'Show one access key: where it is, whose it is, and the connectors that depend on it.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed keys add' = @{
            Commands = @{}
            Options = @{
                '--access-key-id' = 'Id of the key; asked for where it is not given.'
                '--secret-stdin' = 'Read the secret from the first line of standard input.'
                '--secret-fd' = 'Read the secret from this open descriptor.'
                '--skip-validation' = 'Keep it without asking AWS whose key it is.'
                '--replace' = 'Replace a key of that name.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--access-key-id' = 'anything'
                '--secret-fd' = 'anything'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed keys check' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed keys edit' = @{
            Commands = @{}
            Options = @{
                '--access-key-id' = 'Id of the new key; asked for where it is not given.'
                '--secret-stdin' = 'Read the secret from the first line of standard input.'
                '--secret-fd' = 'Read the secret from this open descriptor.'
                '--skip-validation' = 'Keep it without asking AWS whose key it is.'
                '--yes' = 'Do not ask whether the connectors may change.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--access-key-id' = 'anything'
                '--secret-fd' = 'anything'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed keys list' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed keys remove' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed keys rotate' = @{
            Commands = @{}
            Options = @{
                '--grace' = 'Keep the old key, deactivated, for so long (usually 1h).'
                '--wait' = 'Stay until the old key is deleted, instead of leaving that to a later run.'
                '--yes' = 'Agree to whatever would be asked.'
                '--status' = 'Only show which rotations are under way.'
                '--abandon' = 'Forget a rotation that cannot go on; nothing changes in AWS.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--grace' = 'anything'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed keys show' = @{
            Commands = @{}
            Options = @{
                '--offline' = 'Do not ask AWS whose key it is.'
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed labs' = @{
            Commands = @{
                'list' = 'List the switches and how each stands.'
                'enable' = 'Switch a feature on, in your settings file.'
                'disable' = 'Switch a feature off, in your settings file.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = 'list'
        }
        'awsfed labs list' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed labs enable' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed labs disable' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed login' = @{
            Commands = @{}
            Options = @{
                '-u' = 'Name to sign in with; remembered for the next time.'
                '--user' = 'Name to sign in with; remembered for the next time.'
                '--password-stdin' = 'Read the password from the first line of standard input.'
                '--broker' = 'Address of the broker; kept in your settings once you are signed in there.'
                '--service' = 'Sign in as this service, with its token instead of a password.'
                '--token-file' = 'File with the service''s token; AWSFED_SERVICE_TOKEN holds it where neither this nor --token-fd is given.'
                '--token-fd' = 'Open descriptor to read the service''s token from.'
                '--access-token' = 'Sign in with a personal access token of Bamboo, Jira or Bitbucket instead of the password.'
                '--keep-password' = 'Keep the password in the keyring, to sign in again where Bamboo, Jira or Bitbucket ended the session.'
                '--yes' = 'Answer yes to every question, such as whether to trust a new Crowd or broker.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-u' = 'anything'
                '--user' = 'anything'
                '--broker' = 'anything'
                '--service' = 'anything'
                '--token-file' = 'anything'
                '--token-fd' = 'anything'
            }
            Arguments = @('connector*')
            Default = ''
        }
        'awsfed logout' = @{
            Commands = @{}
            Options = @{
                '--issuer' = 'Sign out of this Crowd or broker only, by its address.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--issuer' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed provision' = @{
            Commands = @{
                'core' = 'Make what the connectors of an access KEY need: a role and a policy.'
                'quickstart' = 'Make the same, and a user whose access key becomes KEY.'
                'role' = 'Make the role of a CONNECTOR.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed provision core' = @{
            Commands = @{}
            Options = @{
                '--runs-on' = 'What may take the role CoreRole; by default what the settings say of the key, or else ec2.'
                '-p' = 'Value of a parameter of the template; may be given several times.'
                '--parameter' = 'Value of a parameter of the template; may be given several times.'
                '-o' = 'Write the template to this file.'
                '--output' = 'Write the template to this file.'
                '--replace' = 'Replace that file if it is there.'
                '--deploy' = 'Show what would change in AWS, ask, and do it.'
                '--key' = 'Access key that calls CloudFormation, with --deploy.'
                '--stack-name' = 'Name of the stack; has a default.'
                '--region' = 'Region of the stack; that of the settings by default.'
                '--yes' = 'Agree to whatever would be asked.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--runs-on' = 'one-of:ec2 ecs eks'
                '-p' = 'anything'
                '--parameter' = 'anything'
                '-o' = 'anything'
                '--output' = 'anything'
                '--key' = 'anything'
                '--stack-name' = 'anything'
                '--region' = 'anything'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed provision quickstart' = @{
            Commands = @{}
            Options = @{
                '--runs-on' = 'What may take the role CoreRole; by default what the settings say of the key, or else ec2.'
                '--secret-in-outputs' = 'Show the key''s secret as an output, instead of storing it.'
                '-p' = 'Value of a parameter of the template; may be given several times.'
                '--parameter' = 'Value of a parameter of the template; may be given several times.'
                '-o' = 'Write the template to this file.'
                '--output' = 'Write the template to this file.'
                '--replace' = 'Replace that file if it is there.'
                '--deploy' = 'Show what would change in AWS, ask, and do it.'
                '--key' = 'Access key that calls CloudFormation, with --deploy.'
                '--stack-name' = 'Name of the stack; has a default.'
                '--region' = 'Region of the stack; that of the settings by default.'
                '--yes' = 'Agree to whatever would be asked.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--runs-on' = 'one-of:ec2 ecs eks'
                '-p' = 'anything'
                '--parameter' = 'anything'
                '-o' = 'anything'
                '--output' = 'anything'
                '--key' = 'anything'
                '--stack-name' = 'anything'
                '--region' = 'anything'
            }
            Arguments = @('anything')
            Default = ''
        }
        'awsfed provision role' = @{
            Commands = @{}
            Options = @{
                '-p' = 'Value of a parameter of the template; may be given several times.'
                '--parameter' = 'Value of a parameter of the template; may be given several times.'
                '-o' = 'Write the template to this file.'
                '--output' = 'Write the template to this file.'
                '--replace' = 'Replace that file if it is there.'
                '--deploy' = 'Show what would change in AWS, ask, and do it.'
                '--key' = 'Access key that calls CloudFormation, with --deploy.'
                '--stack-name' = 'Name of the stack; has a default.'
                '--region' = 'Region of the stack; that of the settings by default.'
                '--yes' = 'Agree to whatever would be asked.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '-p' = 'anything'
                '--parameter' = 'anything'
                '-o' = 'anything'
                '--output' = 'anything'
                '--key' = 'anything'
                '--stack-name' = 'anything'
                '--region' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed rds' = @{
            Commands = @{
                'token' = 'Print the password of a database user who signs in with IAM.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed rds token' = @{
            Commands = @{}
            Options = @{
                '--host' = 'Endpoint of the database.'
                '--port' = 'Its port, such as 5432 or 3306.'
                '--user' = 'User of the database.'
                '-r' = 'Region, where the host tells none and it is not the connector''s.'
                '--region' = 'Region, where the host tells none and it is not the connector''s.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--host' = 'anything'
                '--port' = 'anything'
                '--user' = 'anything'
                '-r' = 'anything'
                '--region' = 'anything'
            }
            Arguments = @('connector')
            Default = ''
        }
        'awsfed revoke' = @{
            Commands = @{}
            Options = @{
                '--user' = 'Name of the user in Crowd; of a service, service=NAME.'
                '--connector' = 'Only what came from this connector, by id or name; may be given several times.'
                '--all-connectors' = 'What came from any connector, whatever the user''s groups are now.'
                '--apply' = 'Put the policies, instead of printing how to.'
                '--key' = 'Access key that puts them; the one of each connector by default.'
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--user' = 'anything'
                '--connector' = 'connector'
                '--key' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed sandbox' = @{
            Commands = @{}
            Options = @{
                '--directory' = 'TOML file with the users and groups of the sandbox''s Crowd.'
                '--crowd-port' = 'Port of the sandbox''s Crowd; any free one by default.'
                '--aws-port' = 'Port of the sandbox''s AWS; any free one by default.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--directory' = 'anything'
                '--crowd-port' = 'anything'
                '--aws-port' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed serve' = @{
            Commands = @{}
            Options = @{
                '--init' = 'Make the settings and the store of a new broker, and serve nothing yet.'
                '--listen' = 'Where to listen, instead of server.listen.'
                '--certificate' = 'File with the certificate in PEM form, instead of server.certificate.'
                '--certificate-key' = 'File with its private key, instead of server.certificate_key.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--listen' = 'anything'
                '--certificate' = 'anything'
                '--certificate-key' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed services' = @{
            Commands = @{
                'add' = 'Create a service that may use these CONNECTORs, and print its token.'
                'edit' = 'Let a service use these CONNECTORs, and no others; its token stays.'
                'list' = 'List the services and what each may use.'
                'revoke' = 'Delete a service; its token and its sessions end at once.'
                'rotate' = 'Give a service a new token; the old one and its sessions end at once.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed services add' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything', 'connector*')
            Default = ''
        }
        'awsfed services edit' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything', 'connector*')
            Default = ''
        }
        'awsfed services list' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed services revoke' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed services rotate' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed status' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed store' = @{
            Commands = @{
                'backup' = 'Write the store into FILE, as it is at this moment; servers go on.'
                'check' = 'Look at everything: who can enter the folder, the file, its schema, and whether every secret opens.'
                'init' = 'Make the store, and the sealing key where there is none yet; a store that is there is left alone.'
                'migrate' = 'Bring the store to the schema of this version, after a backup beside it; servers have to be stopped.'
                'reseal' = 'Seal every secret with a new key, and forget the key of before.'
                'restore' = 'Put the backup in FILE into the place of the store; servers have to be stopped.'
            }
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed store backup' = @{
            Commands = @{}
            Options = @{
                '--force' = 'Replace the file where there is one.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed store check' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed store init' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed store migrate' = @{
            Commands = @{}
            Options = @{
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @()
            Default = ''
        }
        'awsfed store reseal' = @{
            Commands = @{}
            Options = @{
                '--to' = 'Where the new wrapping key is: file:/PATH, environment, keyring or kms:ARN.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{
                '--to' = 'anything'
            }
            Arguments = @()
            Default = ''
        }
        'awsfed store restore' = @{
            Commands = @{}
            Options = @{
                '--force' = 'Lose the store that is there.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('anything')
            Default = ''
        }
        'awsfed whoami' = @{
            Commands = @{}
            Options = @{
                '--json' = 'Print JSON.'
                '-h' = 'Show this message and exit.'
                '--help' = 'Show this message and exit.'
            }
            Valued = @{}
            Arguments = @('connector')
            Default = ''
        }
    }

    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    $path = 'awsfed'
    $place = 0
    $option = ''
    foreach ($word in $words) {
        if ($option) { $option = ''; continue }
        if ($place -eq 0 -and $tree[$path].Commands.Contains($word)) { $path = "$path $word"; continue }
        if ($tree[$path].Default -and $word -notin '-h', '--help') {
            $path = "$path $($tree[$path].Default)"
        }
        if ($word -eq '--') { return }
        if ($tree[$path].Valued.Contains($word)) { $option = $word; continue }
        if (-not $word.StartsWith('-')) { $place++ }
    }

    function Expand-Kind($kind) {
        switch -Wildcard ($kind) {
            'connector' { @(awsfed-credentials --names 2>$null) }
            'one-of:*' { $kind.Substring(7).Split(' ') }
        }
    }

    $known = $tree[$path]
    if ($option) {
        $found = @(Expand-Kind $known.Valued[$option])
    } else {
        $sources = @($known)
        if ($known.Default) { $sources += $tree["$path $($known.Default)"] }
        $found = @()
        foreach ($source in $sources) {
            if ($wordToComplete.StartsWith('-')) {
                $found += $source.Options.get_Keys()
            } else {
                if ($place -eq 0) { $found += $source.Commands.get_Keys() }
                $kinds = @($source.Arguments)
                if ($place -lt $kinds.Count) {
                    $found += @(Expand-Kind $kinds[$place].TrimEnd('*'))
                } elseif ($kinds.Count -and $kinds[-1].EndsWith('*')) {
                    $found += @(Expand-Kind $kinds[-1].TrimEnd('*'))
                }
            }
        }
    }
    $found | Where-Object { $_ -and $_.StartsWith($wordToComplete) } | Sort-Object -Unique | ForEach-Object {
        $help = $known.Options[$_]
        if (-not $help) { $help = $known.Commands[$_] }
        if (-not $help) { $help = $_ }
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $help)
    }
}
