"""Check the add-ons' translations: all there, none to be reviewed, and in the glossary's words.

python checks.py, in an environment with polib; ./dev lint and ./dev i18n call it.
"""
import csv
import re
import sys
from pathlib import Path

import polib

HERE = Path(__file__).resolve().parent
LANGUAGES = ('vi',)
PLACEHOLDER = re.compile(r'%\(\w+\)[sdrfi]|%[sdrf]|\$\{[^}]+\}|\{\w*\}')
TAG = re.compile(r'</?[a-zA-Z][^>]*>')


def read_glossary(path=HERE / 'glossary.csv'):
    """Return the glossary as {English term: Vietnamese term}."""
    with open(path, encoding='utf-8', newline='') as handle:
        return {row['en']: row['vi'] for row in csv.DictReader(handle)}


def check_complete(entries, language_file):
    """Yield what is not translated, or only guessed by a merge."""
    for entry in entries:
        if entry.obsolete:
            yield f'{language_file}: no longer used: {entry.msgid!r}'
        elif entry.fuzzy:
            yield f'{language_file}: to be reviewed (fuzzy): {entry.msgid!r}'
        elif not entry.msgstr.strip():
            yield f'{language_file}: not translated: {entry.msgid!r}'


def check_placeholders(entries, language_file):
    """Yield translations that lose, add or change a placeholder or a tag."""
    for entry in entries:
        for pattern in (PLACEHOLDER, TAG):
            if entry.msgstr and sorted(pattern.findall(entry.msgid)) != sorted(pattern.findall(entry.msgstr)):
                yield f'{language_file}: placeholders or tags differ: {entry.msgid!r} -> {entry.msgstr!r}'


def check_glossary(entries, language_file, glossary):
    """Yield terms of the glossary that are translated by other words.

    A whole text is compared with every term; inside a longer text only terms of several words are
    looked for, since a single one may mean something else there.
    """
    longest_first = sorted(glossary, key=len, reverse=True)
    for entry in entries:
        if not entry.msgstr:
            continue
        whole = glossary.get(entry.msgid.strip().rstrip(':.…'))
        if whole and whole.casefold() not in entry.msgstr.casefold():
            yield f'{language_file}: {entry.msgid!r} is {whole!r} in the glossary, not {entry.msgstr!r}'
        if whole:
            continue
        rest = entry.msgid
        for term in longest_first:
            pattern = rf'\b{re.escape(term)}\b'
            if ' ' not in term or not re.search(pattern, rest):
                continue
            rest = re.sub(pattern, ' ', rest)  # "Sales Order" is not looked for inside "Sales Order Template"
            if glossary[term].casefold() not in entry.msgstr.casefold():
                yield f'{language_file}: {term!r} is {glossary[term]!r} in the glossary: {entry.msgstr!r}'


def check_template(template, entries, language_file):
    """Yield the terms of the .pot file that the language lacks."""
    known = {entry.msgid for entry in entries}
    for entry in template:
        if entry.msgid not in known:
            yield f'{language_file}: lacks {entry.msgid!r}; ./dev i18n adds it'


def check_module(folder, glossary):
    """Yield what is wrong with the translations of one add-on."""
    template = folder / 'i18n' / f'{folder.name}.pot'
    if not template.exists():
        yield f'{template.relative_to(folder.parent)} is missing; ./dev i18n writes it'
        return
    for language in LANGUAGES:
        path = folder / 'i18n' / f'{language}.po'
        name = path.relative_to(folder.parent)
        if not path.exists():
            yield f'{name} is missing; ./dev i18n writes it'
            continue
        entries = polib.pofile(path)
        yield from check_template(polib.pofile(template), entries, name)
        yield from check_complete(entries, name)
        yield from check_placeholders(entries, name)
        yield from check_glossary(entries, name, glossary)


def main():
    glossary = read_glossary()
    folders = sorted(path.parent for path in HERE.parent.glob('*/__manifest__.py'))
    found = [line for folder in folders for line in check_module(folder, glossary)]
    print('\n'.join(found))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
