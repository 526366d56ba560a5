#!python
"""The script `awsfed-credentials`, as SDKs start it: `python -I -S …/bin/awsfed-credentials KEY`.

Python compiles a script at every start and a module only once, so this fetches `launch` from where installers put the
package, and does nothing else. Where it is not there, as in an editable install, the full program gives the answer.
"""

import sys

scripts = sys.argv[0].rpartition("\\" if sys.platform == "win32" else "/")[0] or "."
library = "Lib" if sys.platform == "win32" else f"lib/python{sys.version_info.major}.{sys.version_info.minor}"
sys.path.insert(0, f"{scripts}/../{library}/site-packages/awsfed")
try:
    from launch import main  # type: ignore[import-not-found]  # it stands alone in the folder named above
except ImportError:
    try:
        from awsfed.launch import main
    except ImportError:
        import subprocess

        program = [f"{scripts}/awsfed", "credential-process", "--key", *sys.argv[1:]]
        sys.exit(subprocess.call(program))  # noqa: S603 - the program beside this script
del sys.path[0]
sys.exit(main())
