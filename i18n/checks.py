"""Check the add-ons' translations: all there, none to be reviewed, and in the glossary's words.

python checks.py, in an environment with Babel; ./dev lint and ./dev i18n call it.
"""
import csv
import re
import sys
from pathlib import Path

from babel.messages.catalog import PYTHON_FORMAT
from babel.messages.pofile import read_po

HERE = Path(__file__).resolve().parent
LANGUAGES = ('vi',)
# What Babel's checkers do not compare: placeholders of scripts and str.format, and tags.
KEPT = re.compile(r'\$\{[^}]+\}|\{\w*\}|</?[a-zA-Z][^>]*>')


def read_glossary(path=HERE / 'glossary.csv'):
    """Return the glossary as {English term: Vietnamese term}."""
    with open(path, encoding='utf-8', newline='') as handle:
        return {row['en']: row['vi'] for row in csv.DictReader(handle)}


def check_message(message):
    """Yield what is wrong with one translation, whatever its words."""
    if message.fuzzy:
        yield f'to be reviewed (fuzzy): {message.id!r}'
    elif not (message.string and message.string.strip()):
        yield f'not translated: {message.id!r}'
    else:
        for error in message.check():
            yield f'{error}: {message.id!r} -> {message.string!r}'
        for pattern in (PYTHON_FORMAT, KEPT):  # Babel accepts that a named placeholder is lost
            if sorted(pattern.findall(message.id)) != sorted(pattern.findall(message.string)):
                yield f'placeholders or tags differ: {message.id!r} -> {message.string!r}'


def check_words(message, glossary):
    """Yield terms of the glossary that are translated by other words.

    A whole text is compared with every term; inside a longer text only terms of several words are
    looked for, since a single one may mean something else there.
    """
    found, rest = (message.string or '').casefold(), message.id
    whole = glossary.get(rest.strip().rstrip(':.…'))
    if not found or (whole and whole.casefold() in found):
        return
    if whole:
        yield f'{message.id!r} is {whole!r} in the glossary, not {message.string!r}'
        return
    for term in sorted(glossary, key=len, reverse=True):
        pattern = rf'\b{re.escape(term)}\b'
        if ' ' in term and re.search(pattern, rest):
            rest = re.sub(pattern, ' ', rest)  # "Sales Order" is not looked for inside "Sales Order Template"
            if glossary[term].casefold() not in found:
                yield f'{term!r} is {glossary[term]!r} in the glossary: {message.string!r}'


def check_catalog(catalog, template, glossary):
    """Yield what is wrong with a translation, and what its template has more or less."""
    for message in filter(lambda message: message.id, catalog):
        yield from check_message(message)
        yield from check_words(message, glossary)
        if message.id not in template:
            yield f'no longer used: {message.id!r}; ./dev i18n takes it out'
    for message in catalog.obsolete.values():
        yield f'no longer used: {message.id!r}'
    for message in filter(lambda message: message.id and message.id not in catalog, template):
        yield f'lacks {message.id!r}; ./dev i18n adds it'


def check_module(folder, glossary):
    """Yield what is wrong with the translations of one add-on."""
    template = folder / 'i18n' / f'{folder.name}.pot'
    paths = [template, *(template.with_name(f'{language}.po') for language in LANGUAGES)]
    missing = [path for path in paths if not path.exists()]
    yield from (f'{path.relative_to(folder.parent)} is missing; ./dev i18n writes it' for path in missing)
    if not missing:
        for path in paths[1:]:
            for line in check_catalog(read(path, path.stem), read(template), glossary):
                yield f'{path.relative_to(folder.parent)}: {line}'


def read(path, language=None):
    """Return a catalog; raise babel.messages.pofile.PoFileError when the file is broken."""
    with open(path, 'rb') as handle:
        return read_po(handle, locale=language, abort_invalid=True)


def main():
    glossary = read_glossary()
    folders = sorted(path.parent for path in HERE.parent.glob('*/__manifest__.py'))
    found = [line for folder in folders for line in check_module(folder, glossary)]
    print('\n'.join(found))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
