"""./dev suites: Odoo's own tests of CRM and sales, without and with the add-ons, compared test by test."""
from .. import databases, environment, native, ports, process, programs, settings, templates
from ..console import Failure, say, step

ENGLISH = ''
TAGS = '/crm,/sale_crm'
KNOWN = settings.TOOLS / 'known_suite_failures.txt'


def add_arguments(parser):
    parser.add_argument('--tags', default=TAGS, help=f"Odoo's --test-tags (default: {TAGS})")
    parser.epilog = 'It takes about half an hour, and needs Chromium: without a browser, browser tests are skipped.'


def main(arguments):
    environment.check()
    wait_for_browser = programs.ensure_browser()
    with environment.ready('test') as ready:
        wait_for_browser()
        without = _run(ready, templates.test_base(ready, ENGLISH), arguments.tags, ours=False)
        with_ours = _run(ready, templates.test_ours(ready, ENGLISH), arguments.tags, ours=True)
    return compare(without, with_ours, read_known(KNOWN))


def _run(ready, template, tags, *, ours):
    """Run the tests once all add-ons are loaded.

    Odoo's usual runner starts some while only a part is: then the add-ons' columns are there, but not
    the code that fills them.
    """
    name = 'with' if ours else 'without'
    log = settings.LOGS / f'suites-{name}.log'
    script = ("env['ir.qweb']._pregenerate_assets_bundles()\nenv.cr.commit()\n"
              f"from odoo.tests.shell import run_tests\nrun_tests(env, {tags!r})\n")
    with databases.scratch(ready, template) as database, step(f'Running {tags} {name} the add-ons', 'minutes'):
        command = ready.odoo_command('shell', '-d', database, f'--http-port={ports.any_free()}')
        with open(log, 'w') as handle:
            process.run(command, input=script, text=True, env=ready.variables(ours), stdout=handle, stderr=handle)
    results = native.read_results(log.read_text(errors='replace'))
    if not results:
        raise Failure(f'No test ran; the whole log: {log}')
    failed = sum(not passed for passed in results.values())
    say(f'  {len(results)} tests, {failed} failed; the whole log: {log}')
    return results


def read_known(path):
    """Return the tests that fail on both sides, for the reasons that the file tells."""
    lines = (line.partition('#')[0].strip() for line in path.read_text().splitlines())
    return {line for line in lines if line}


def compare(without, with_ours, known):
    """Print every difference and return the exit code; tests are {name: whether it passed}."""
    lines = []
    for name in sorted(without.keys() | with_ours.keys()):
        before, after = without.get(name), with_ours.get(name)
        if before != after:
            words = {True: 'passes', False: 'fails', None: 'does not run'}
            lines.append(f'{name}: {words[before]} without the add-ons, {words[after]} with them')
        elif before is False and name not in known:
            lines.append(f'{name}: fails on both sides, and {KNOWN.name} does not say why')
    print('\n'.join(lines or ['The same results without and with the add-ons.']))
    passed = sum(bool(result) for result in with_ours.values())
    print(f'{passed} passed, {len(with_ours) - passed} failed')
    return 1 if lines else 0
