"""Merge the exported terms (.pot) of add-ons into their translations: merge.py MODULE ...

With polib, whose format Odoo writes; Babel drops the references that say which record a term belongs to.
"""
import sys
from pathlib import Path

import polib
from checks import LANGUAGES

NOISE = ('POT-Creation-Date', 'PO-Revision-Date')  # they change with every export, and say nothing


def merge(template_path, path, language):
    """Bring a translation up to date with its template: new terms come empty, unused ones go."""
    template = polib.pofile(template_path)
    translation = polib.pofile(path) if path.exists() else polib.POFile()
    translation.merge(template)
    for entry in translation.obsolete_entries():
        translation.remove(entry)
    translation.header = template.header
    translation.metadata = {**template.metadata, 'Language': language, 'Plural-Forms': 'nplurals=1; plural=0;'}
    write(translation, path)
    return translation


def write(catalog, path):
    """Write a catalog sorted and wrapped as Odoo does, without dates, so that a diff shows what changed."""
    catalog.metadata = {key: value for key, value in catalog.metadata.items() if key not in NOISE}
    catalog.sort(key=lambda entry: entry.msgid)
    catalog.save(str(path))


def main():
    for module in sys.argv[1:]:
        template = Path(module, 'i18n', f'{module}.pot')
        write(polib.pofile(template), template)
        for language in LANGUAGES:
            path = template.with_name(f'{language}.po')
            done = merge(template, path, language)
            print(f'{path}: {len(done.translated_entries())} of {len(done)} translated, '
                  f'{len(done.fuzzy_entries())} to be reviewed')


if __name__ == '__main__':
    main()
