"""Child processes that never outlive the command that started them."""
import contextlib
import os
import signal
import subprocess
import sys

from .console import Failure

PATIENCE = 15  # seconds that a child has to end after each signal
QUIET = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}


def start(command, **options):
    """Start a child in a session of its own: Ctrl-C reaches it through us, once."""
    return subprocess.Popen([str(part) for part in command], start_new_session=True, **options)


def stop(child):
    """End the child and what it started: politely, then firmly."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if child.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)  # grandchildren, e.g. a browser


def run(command, *, input=None, **options):
    """Run a child to its end and return its exit code; stop it when we are interrupted."""
    options.setdefault('stdin', subprocess.DEVNULL if input is None else subprocess.PIPE)
    child = start(command, **options)
    try:
        child.communicate(input)
    except BaseException:
        stop(child)
        raise
    return child.returncode


def output(command, **options):
    """Return what a quick command prints, without white space around it; raise CalledProcessError."""
    options = {'stderr': subprocess.PIPE, 'stdin': subprocess.DEVNULL, **options}
    return subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True, check=True, **options).stdout.strip()


def run_logged(command, log, problem, **options):
    """Run a child with its output in a file.

    :param problem: the sentence for the user when it fails; the end of the log is shown above it
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, 'w', encoding='utf-8') as handle:
        code = run(command, stdout=handle, stderr=subprocess.STDOUT, text=True, **options)
    if code:
        text = log.read_text(encoding='utf-8', errors='replace')
        print(''.join(f'    {line}\n' for line in text.splitlines()[-25:]), end='', flush=True)
        raise Failure(f'{problem} The whole log: {log}')


def foreground(command, **options):
    """Run a child that talks to the user (a server, a shell, a test run) and return its exit code.

    On a terminal it stays in our process group, so that it can read the keyboard, and Ctrl-C reaches
    it without us; elsewhere it gets a group of its own, and we pass the signal on.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return run(command, **{'stdin': None, **options})
    child = subprocess.Popen([str(part) for part in command], **options)
    ours = signal.signal(signal.SIGINT, lambda *_: None)  # the child has seen it too, and decides
    try:
        return child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, ours)
