#!python
"""The script `awsfed-credentials`, as SDKs start it: `python -I -S …/bin/awsfed-credentials KEY`.

Python compiles a script at every start and a module only once, so this fetches `launch` from where installers put the
package, and does nothing else. Where it is not there, as in an editable install, Python has to look for it.
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

        code = "import sys; del sys.argv[0]; from awsfed.launch import main; sys.exit(main())"
        command = [sys.executable, "-P", "-c", code, f"{scripts}/awsfed-credentials", *sys.argv[1:]]
        sys.exit(subprocess.call(command))  # noqa: S603 - this interpreter, with its packages
del sys.path[0]
sys.exit(main())
