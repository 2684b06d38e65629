"""Our Vietnamese words in place of core's, where the two stand on one screen.

``core_words_vi.csv`` has a row for each label: the ``record`` and ``field`` that hold it, its ``english`` text (of a view or a
help: one term of it), ``core``'s Vietnamese (empty where core leaves the English) and ``ours``. What does not say what core
says was changed by hand, and stays. What was changed is remembered in a system parameter, so that uninstalling
puts back just that.
"""
import csv
import json
from collections import defaultdict
from typing import NamedTuple

from odoo.tools import SQL, file_open
from odoo.tools.translate import TranslationImporter

LANG = 'vi_VN'
PATH = 'winerp_crm_pipeline/core_words_vi.csv'
PARAMETER = 'winerp_crm_pipeline.core_words'


class Label(NamedTuple):
    """One label of core's: where it is, and what it says before and after."""

    record: str
    field: str
    english: str
    core: str
    ours: str

    @property
    def place(self):
        return self.record, self.field, self.english


class Said(NamedTuple):
    """What a label says in the database."""

    model: str
    res_id: int
    word: str


def read_labels():
    with file_open(PATH) as handle:
        return [Label(**row) for row in csv.DictReader(handle)]


def put_ours(env, overwrite=False):
    """Change core's words to ours.

    :param overwrite: also where ours was changed back to core's by hand, as Odoo does when it loads translations anew
    """
    changed = _get_changed(env)
    words = {}
    for label, said in _read_said(env, read_labels()).items():
        res_id, before = changed.get(label.place, (None, None))
        known = res_id == said.res_id
        is_core = said.word == (label.core or label.english)
        # What an earlier version of the file called it is ours too.
        if said.word != label.ours and (is_core and (overwrite or not known) or known and said.word == before.ours):
            words[label] = said, label.ours
            changed[label.place] = said.res_id, label
    _write(env, words)
    if words:
        _set_changed(env, changed)


def put_back(env):
    """Change our words to core's, where we changed them and nobody has since."""
    changed = _get_changed(env)
    said = _read_said(env, [label for _, label in changed.values()])
    _write(env, {
        label: (now, label.core)
        for label, now in said.items()
        if now.word == label.ours and now.res_id == changed[label.place][0]
    })
    _set_changed(env, {})


def _get_changed(env):
    """Return what we changed, as {place: (record id, label)}."""
    # sudo: ir.config_parameter - who loads a language is no system administrator
    rows = json.loads(env['ir.config_parameter'].sudo().get_param(PARAMETER) or '[]')
    return {label.place: (res_id, label) for res_id, label in ((row[0], Label(*row[1:])) for row in rows)}


def _set_changed(env, changed):
    rows = [[res_id, *label] for res_id, label in changed.values()]
    # sudo: as in _get_changed
    env['ir.config_parameter'].sudo().set_param(PARAMETER, json.dumps(rows, ensure_ascii=False) if rows else False)


def _read_said(env, labels):
    """Return {label: what it says}, without labels that are not there, such as those of add-ons that are not installed."""
    records = _find_records(env, labels)
    columns = defaultdict(lambda: defaultdict(list))
    for label in labels:
        if label.record in records:
            model, res_id = records[label.record]
            columns[model, label.field][res_id].append(label)
    return {
        label: Said(model, res_id, word)
        for (model, field_name), by_id in columns.items()
        for res_id, terms in _read_terms(env, model, field_name, tuple(by_id)).items()
        for label in by_id[res_id]
        if (word := terms if isinstance(terms, str) else terms.get(label.english))
    }


def _find_records(env, labels):
    """Return {xml id: (model, record id)}."""
    modules, names = {label.record.split('.')[0] for label in labels}, {label.record.split('.')[1] for label in labels}
    # sudo: ir.model.data - as in _get_changed; only ids are read
    data = env['ir.model.data'].sudo().search_fetch(
        [('module', 'in', modules), ('name', 'in', names)], ['module', 'name', 'model', 'res_id'])
    return {f'{line.module}.{line.name}': (line.model, line.res_id) for line in data}


def _read_terms(env, model, field_name, ids):
    """Return what records say in Vietnamese, or in English for want of it: {id: text, or {English term: its translation}}.

    By SQL, since the ORM knows only languages that are active: uninstalling puts back the words of others too.
    """
    field = env[model]._fields[field_name]
    env[model].flush_model([field_name])
    column, table = SQL.identifier(field_name), SQL.identifier(env[model]._table)
    rows = env.execute_query(SQL("SELECT id, %s FROM %s WHERE id IN %s AND %s IS NOT NULL", column, table, ids, column))
    terms = {}
    for res_id, values in rows:
        text = values.get(LANG, values['en_US'])
        if callable(field.translate):
            translations = field.get_translation_dictionary(values['en_US'], {LANG: text})
            terms[res_id] = {english: words[LANG] for english, words in translations.items()}
        else:
            terms[res_id] = text
    return terms


def _write(env, words):
    """Write words, given as {label: (what it says, word)}; without a word, core's English is left again.

    By Odoo's importer, since writing the label of a field or of a selection sets up all models anew, each time.
    """
    importer = TranslationImporter(env.cr, verbose=False)
    for label, (said, word) in words.items():
        if callable(env[said.model]._fields[label.field].translate):
            terms = importer.model_terms_translations[said.model][label.field][label.record]
            terms[label.english][LANG] = word or label.english
        elif word:
            importer.model_translations[said.model][label.field][label.record][LANG] = word
        else:
            column = SQL.identifier(label.field)
            env.cr.execute(SQL(
                "UPDATE %s SET %s = %s - %s WHERE id = %s",
                SQL.identifier(env[said.model]._table), column, column, LANG, said.res_id))
    importer.save(force_overwrite=True)
    if words:
        env.invalidate_all()
        env.registry.clear_cache('stable', 'templates')  # labels of fields, views
