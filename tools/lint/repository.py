"""Checks of the repository itself: manifests, XML, links, and what must not be written down in it.

Run from the top of the repository; prints one line for each finding.
"""
import ast
import re
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

# Odoo 19's keys with the default that it refuses to see repeated (None: any value is welcome), from
# odoo/modules/module.py and test_lint.
MANIFEST_KEYS = {
    **dict.fromkeys((
        'name', 'author', 'license', 'category', 'depends', 'version', 'assets', 'external_dependencies',
        'images', 'installable', 'post_init_hook', 'pre_init_hook', 'uninstall_hook', 'website', 'maintainer',
        'contributors', 'live_test_url', 'icon', 'countries', 'sequence', 'url',
        # Odoo reads it when a module is installed, though its own check of manifests has forgotten it.
        'excludes')),
    'application': False, 'auto_install': False, 'summary': '', 'description': '', 'demo': [], 'data': [], 'test': [],
}
MANIFEST_REQUIRED = {'name', 'author', 'license', 'version', 'depends'}
# Where packages come from is the machine's business: its own apt, pip and npm configuration tell.
REGISTRY_HOST = re.compile(r'\b(?:pypi|pythonhosted|debian|npmjs|nodesource)\.(?:org|com|net)\b')
MACHINE_PATH = re.compile(r'(?<![\w.*~-])/(?:work|root/\.|tmp/bash)\b[\w./-]*')
MADE = {'.git', 'dist', 'build', '__pycache__', 'node_modules', 'htmlcov'}
FORBIDDEN = {REGISTRY_HOST: 'the name of a registry host', MACHINE_PATH: 'a path of one machine'}
LINK = re.compile(r'!?\[[^\]]*\]\(([^)\s]+)[^)]*\)|<img[^>]+src="([^"]+)"')
HEADING = re.compile(r'^#+\s+(.*)$', re.MULTILINE)


def repository_files():
    """Return the files that are, or would be, in the repository, without binaries."""
    names = _names_from_git() or [str(path) for path in Path('.').rglob('*') if not MADE & set(path.parts)]
    return [path for path in map(Path, names) if path.is_file() and b'\0' not in path.read_bytes()[:8000]]


def _names_from_git():
    command = ['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z']
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split('\0')[:-1]
    except (OSError, subprocess.CalledProcessError):  # no git here, or the files without it
        return []


def check_manifests(files):
    for path in files:
        if path.name == '__manifest__.py':
            yield from check_manifest(path, ast.literal_eval(path.read_text()))


def check_manifest(path, manifest):
    for key in sorted(MANIFEST_REQUIRED - manifest.keys()):
        yield f'{path}: {key!r} is missing'
    for key, value in manifest.items():
        if key not in MANIFEST_KEYS:
            yield f'{path}: Odoo 19 knows no key {key!r}'
        elif MANIFEST_KEYS[key] is not None and value == MANIFEST_KEYS[key]:
            yield f'{path}: {key!r} has its default value; leave it out'
    for name in [*manifest.get('data', []), *manifest.get('demo', [])]:
        if not (path.parent / name).is_file():
            yield f'{path}: there is no {name}'


def check_xml(files):
    for path in files:
        if path.suffix == '.xml':
            try:
                xml.etree.ElementTree.parse(path)
            except xml.etree.ElementTree.ParseError as error:
                yield f'{path}: {error}'


def check_links(files):
    """Check the links of Markdown files to other files and to headings; addresses elsewhere are not visited."""
    for path in files:
        if path.suffix != '.md':
            continue
        for match in LINK.finditer(path.read_text(encoding='utf-8')):
            target = match[1] or match[2]
            if not re.match(r'[a-z]+:', target) and not _exists(path, target):
                yield f'{path}: the link to {target} leads nowhere'


def _exists(path, target):
    name, _, anchor = target.partition('#')
    found = path.parent / name if name else path
    if not found.exists():
        return False
    return not anchor or found.suffix != '.md' or anchor in _anchors(found.read_text(encoding='utf-8'))


def _anchors(text):
    """Return the anchors that the usual renderers make of headings."""
    return {re.sub(r'[^\w\- ]', '', title.strip().lower()).replace(' ', '-') for title in HEADING.findall(text)}


def check_words(files):
    for path in files:
        for number, line in enumerate(path.read_text(encoding='utf-8', errors='replace').splitlines(), 1):
            for pattern, what in FORBIDDEN.items():
                if pattern.search(line):
                    yield f'{path}:{number}: {what}: {pattern.search(line)[0]}'


def main():
    files = repository_files()
    found = [line for check in (check_manifests, check_xml, check_links, check_words) for line in check(files)]
    print('\n'.join(found))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
