"""./dev lint: every linter, as many at a time as there are processors."""
import concurrent.futures
import os
import subprocess
import time

from .. import lint_env, settings
from ..console import say

CONFIGURATION = lint_env.CONFIGURATION


def add_arguments(parser):
    parser.add_argument('--fix', action='store_true', help='let ruff and prettier mend what they can first')


def main(arguments):
    programs, packages = lint_env.ensure()
    variables = lint_env.variables(programs)
    if arguments.fix:
        for command in fixers(programs, packages):
            subprocess.run([str(part) for part in command], cwd=settings.REPOSITORY, env=variables, check=False)
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        runs = [pool.submit(_run, name, command, variables)
                for name, command in checks(programs, packages).items() if command]
        passed = [_show(*run.result()) for run in concurrent.futures.as_completed(runs)]
    say(f'{passed.count(True)} of {len(passed)} linters are content')
    return 0 if all(passed) else 1


def checks(programs, packages):
    """Return the command of each linter, None where there is nothing to check; the slow ones first."""
    modules = settings.our_modules()
    scripts, styled = files('static/**/*.js'), files('static/**/*.js', 'static/**/*.scss')
    translations = files('i18n/*.po', 'i18n/*.pot')
    node, bin_ = programs / 'node', packages / 'node_modules'
    oca = ['--config', CONFIGURATION / 'oca_hooks.cfg']
    return {
        'pylint-odoo': [programs / 'pylint', '--rcfile=setup.cfg', '--disable=missing-readme', '--score=no', *modules],
        'eslint': scripts and [node, bin_ / 'eslint/bin/eslint.js', '--config', packages / 'eslint.config.mjs',
                               '--max-warnings=0', *scripts],
        'prettier': styled and [node, bin_ / 'prettier/bin/prettier.cjs', '--check', '--config',
                                CONFIGURATION / 'prettier.json', *styled],
        'ruff': _ruff(programs),
        'OCA module checks': [programs / 'oca-checks-odoo-module', *oca, *modules],
        'OCA translation checks': translations and [programs / 'oca-checks-po', *oca, *translations],
        'translations': [programs / 'python', 'i18n/checks.py'],
        'repository': [programs / 'python', 'tools/lint/repository.py'],
    }


def _ruff(programs, *options):
    return [programs / 'ruff', 'check', '--no-cache', '--quiet', '--output-format=concise',
            '--config', CONFIGURATION / 'ruff.toml', *options, '.']


def fixers(programs, packages):
    """Return the commands that mend what can be mended without thinking."""
    found = [_ruff(programs, '--fix')]
    styled = files('static/**/*.js', 'static/**/*.scss')
    if styled:
        found.append([programs / 'node', packages / 'node_modules/prettier/bin/prettier.cjs', '--write',
                      '--log-level=warn', '--config', CONFIGURATION / 'prettier.json', *styled])
    return found


def files(*patterns):
    """Return the add-ons' files, without what they bring from elsewhere (static/lib)."""
    found = [path for module in settings.our_modules() for pattern in patterns
             for path in (settings.REPOSITORY / module).glob(pattern)]
    return sorted({str(path.relative_to(settings.REPOSITORY)) for path in found if '/static/lib/' not in str(path)})


def _run(name, command, variables):
    start = time.monotonic()
    result = subprocess.run([str(part) for part in command], cwd=settings.REPOSITORY, env=variables, text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return name, result, time.monotonic() - start


def _show(name, result, seconds):
    say(f'{name}: {"ok" if result.returncode == 0 else "FAILED"} ({seconds:.1f} s)')
    if result.returncode:
        lines = [line for line in result.stdout.splitlines() if line.strip()]
        print(''.join(f'    {line}\n' for line in lines), end='', flush=True)
    return result.returncode == 0
