"""./dev lint: every linter, as .pre-commit-config.yaml names them."""
import argparse
import hashlib
import os
import shutil

from .. import apt, locks, process, python_env, settings

NPM_FILES = ('package.json', 'package-lock.json')


def add_arguments(parser):
    parser.add_argument('--fix', action='store_true', help='let ruff and prettier mend what they can first')
    parser.add_argument('--exec', nargs=argparse.REMAINDER, metavar='PROGRAM',
                        help='run one program among the linters, as the hooks of pre-commit do')


def main(arguments):
    variables = _variables()
    if arguments.exec:
        return process.run(arguments.exec, cwd=settings.REPOSITORY, env=variables, stdin=None)
    variables.update(_index())
    for stage in ('manual', 'pre-commit')[not arguments.fix:]:  # the hooks that mend have the stage "manual"
        code = process.run(['pre-commit', 'run', '--hook-stage', stage, '--all-files'],
                           cwd=settings.REPOSITORY, env=variables)
    return code


def _variables():
    """Return the environment of linters: a Python of their own (it has node too), and packages from npm."""
    programs = python_env.ensure('lint', size='about 110 MB, 20 s').parent
    variables = {**os.environ, 'PATH': f'{programs}{os.pathsep}{os.environ.get("PATH", os.defpath)}'}
    modules = _node_modules(variables)
    return {**variables, 'PATH': f'{modules / ".bin"}{os.pathsep}{variables["PATH"]}', 'NODE_PATH': str(modules),
            'PYTHONDONTWRITEBYTECODE': '1', 'PYLINTHOME': str(settings.HOME / 'pylint'),
            'PRE_COMMIT_HOME': str(settings.HOME / 'pre-commit')}


def _node_modules(variables):
    """Install what package-lock.json names (pre-commit's own way of node would fetch one, and lock nothing)."""
    sources = [settings.TOOLS / 'lint' / name for name in NPM_FILES]
    seed = b''.join(path.read_bytes() for path in sources)
    folder = settings.HOME / f'npm-{hashlib.sha256(seed).hexdigest()[:10]}'

    def make(folder):
        for path in sources:
            shutil.copy(path, folder)
        process.run_logged(
            ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], settings.LOGS / 'npm.log',
            "The packages could not be fetched from npm: check the network and this machine's npm configuration, "
            'then start again.', cwd=folder, env=variables)

    locks.make_once(folder, 'Installing eslint and prettier', 'about 30 MB, 10 s', make)
    return folder / 'node_modules'


def _index():
    """Return what makes git see all files that are not ignored, in a clone, an archive or another user's clone alike."""
    if not shutil.which('git'):
        apt.require('git', 'The linters go by git, and it is not here.')
    found = {'GIT_DIR': f'{os.environ["TMPDIR"]}/lint.git', 'GIT_WORK_TREE': str(settings.REPOSITORY)}
    for command in (['init', '-q'], ['add', '--all']):
        process.output(['git', *command], cwd=settings.REPOSITORY, env={**os.environ, **found})
    return found
