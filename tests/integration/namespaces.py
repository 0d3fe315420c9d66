"""A mount or network namespace of a test's own: what is mounted or cut there is gone with its last process, whatever happens."""

import os
import subprocess
import sys

INSIDE = "ENTENTE_TEST_INSIDE"


def enter(kind):
    """Starts this script again inside a new namespace ("mount" or "net"). Returns there, with ""; and, where the machine permits none, here, with the reason."""
    if os.environ.get(INSIDE) == kind:
        return ""
    refused = []
    # Root may mount anything in its own namespace; somebody else is root only inside one.
    for options in ([f"--{kind}"], ["--map-root-user", f"--{kind}"]):
        try:
            tried = subprocess.run(["unshare", *options, "true"], capture_output=True, text=True, timeout=60, check=False)
        except OSError as error:
            return f"there is no unshare: {error}"
        if tried.returncode == 0:
            os.execvpe("unshare", ["unshare", *options, *sys.orig_argv], {**os.environ, INSIDE: kind})
        refused.append(tried.stderr.strip())
    return f"this machine permits no {kind} namespace: {'; '.join(refused)}"


def run(*words):
    """A command of the system that must succeed. Its error is the exception's text."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout
