"""The kinds of values that a file carries: as they are in memory, in the file, in ``write``, and in words.

In memory, values of two databases' records cannot be compared, those of one database and of a file that was read there can.
"""
import ast
import re

from odoo.fields import Domain

from .domains import FromFile, NewIds, ToFile
from .reading import Problem

LANGUAGE = re.compile(r'[a-z]{2,3}(_[A-Za-z0-9]+)?(@[a-z]+)?')
MAX_NAME_LENGTH = 1000
MAX_TEXT_LENGTH = 20_000


class Kind:
    """A value that is the same everywhere.

    :param world: ``World``
    :param model: the recordset whose field it is
    :param carried: ``Carried``
    """

    types: type | tuple = ()

    def __init__(self, world, model, carried):
        self.world, self.env, self.carried = world, world.env, carried
        self.field = model._fields[carried.field]

    def get_label(self):
        """Return what the field is called in the user's language."""
        return self.get_description('string')

    def get_description(self, attribute):
        """Return what core tells of the field."""
        return self.env[self.field.model_name].fields_get([self.carried.field], [attribute])[self.carried.field][attribute]

    def get(self, record):
        """Return what a record says."""
        return record[self.carried.field] or self.carried.default

    def to_file(self, value, team_ids):
        """Return how a value is written to a file.

        :param team_ids: of the teams that the record is for
        :raise Problem: if another database could not understand it
        """
        return value

    def from_file(self, value, team_ids):
        """Return what is written in a file.

        :raise Problem: if that is impossible here
        """
        if not isinstance(value, self.types) or (isinstance(value, bool) and self.types is not bool):
            raise Problem(self.env._("“%(value)s” is not what belongs here.", value=str(value)[:100]))
        return value

    def to_write(self, value, new_ids):
        """Return what ``create`` and ``write`` take.

        :param dict new_ids: ids of new stages, by what stood for them
        """
        return value

    def say(self, value):
        """Return a value in words."""
        return str(value)


class Boolean(Kind):
    types = bool

    def get(self, record):
        return record[self.carried.field]

    def say(self, value):
        return self.env._("Yes") if value else self.env._("No")


class Number(Kind):
    types = (int, float)

    def from_file(self, value, team_ids):
        value = super().from_file(value, team_ids)
        lowest, highest = self.carried.limits
        if not lowest <= value <= highest or (self.field.type == 'integer' and value != int(value)):
            raise Problem(self.env._(
                "%(value)s is not a number from %(lowest)s to %(highest)s.", value=value, lowest=lowest, highest=highest))
        return value

    def to_file(self, value, team_ids):
        return int(value) if value == int(value) else value

    def say(self, value):
        return f"{value:g}" if value < 1e6 else str(value)


class Text(Kind):
    types = str

    def from_file(self, value, team_ids):
        value = super().from_file(value, team_ids)
        if len(value) > MAX_TEXT_LENGTH:
            raise Problem(self.env._("the text is too long."))
        return value


class Choice(Kind):
    types = str

    def from_file(self, value, team_ids):
        value = super().from_file(value, team_ids)
        if value not in self.field.get_values(self.env):
            raise Problem(self.env._("“%(value)s” is none of %(choices)s.", value=value[:100], choices=", ".join(
                self.field.get_values(self.env))))
        return value

    def say(self, value):
        return dict(self.get_description('selection')).get(value, value)


class Names(Kind):
    """A name in all its languages, as stored; ``None``: that of the field, in each language."""

    types = dict

    def get(self, record):
        names = self.world.get_all_names(record, self.carried.field)[record.id]
        asks_for_field = 'field_id' in record._fields and record.kind == 'field' and record.field_id
        return None if asks_for_field and self.are_labels(names, record.field_id) else names

    def are_labels(self, names, field):
        """Whether a requirement is called as its field, whatever the languages of the database."""
        return all((names.get(code) or names['en_US']) == label for code, label in self.get_labels(field).items())

    def get_labels(self, field):
        """Return the label of a field in English and each installed language."""
        codes = {'en_US', *(code for code, _name in self.env['res.lang'].get_installed())}
        return {code: field.sudo().with_context(lang=code).field_description for code in sorted(codes)}  # sudo: labels

    def from_file(self, value, team_ids):
        value = super().from_file(value, team_ids)
        for code, name in value.items():
            if not LANGUAGE.fullmatch(code):
                raise Problem(self.env._("“%(code)s” is not the code of a language.", code=code[:100]))
            if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME_LENGTH:
                raise Problem(self.env._("the name in %(code)s is empty, too long, or no text.", code=code))
        if 'en_US' not in value:
            raise Problem(self.env._("a name in en_US is missing; that is the one that databases share."))
        return dict(sorted(value.items()))

    def to_write(self, value, new_ids):
        return value['en_US']

    def say(self, value):
        if not value:
            return self.env._("as the field")
        return ", ".join(f"{name} ({code})" for code, name in value.items()) if len(value) > 1 else value['en_US']


class Records(Kind):
    """Records of another model: one or many of them."""

    types = list

    def get(self, record):
        # sudo: whether there are others, which the user does not see and would take away unseen
        ids = record.sudo().with_context(active_test=False)[self.carried.field].ids
        seen = self.env[self.field.comodel_name].with_context(active_test=False).search([('id', 'in', ids)])
        if len(seen) < len(ids):
            raise Problem(self.env._("it is also for records of companies that you do not see; choose those companies first."))
        return tuple(sorted(ids))

    def to_file(self, value, team_ids):
        names = [self.world.get_name(record) for record in self.env[self.field.comodel_name].browse(value)]
        return names[0] if self.field.type == 'many2one' and names else sorted(names, key=str)

    def from_file(self, value, team_ids):
        if self.field.type == 'many2one':
            value = [value]
        value = super().from_file(value, team_ids)
        for name in value:
            if not isinstance(name, str) and not (isinstance(name, dict) and set(name) == {'xmlid'}):
                raise Problem(self.env._("“%(value)s” is not what belongs here.", value=str(name)[:100]))
        return tuple(sorted({self.world.find(self.field.comodel_name, name) for name in value}))

    def to_write(self, value, new_ids):
        if self.field.type == 'many2one':
            return value[0] if value else False
        return [(6, 0, list(value))]

    def say(self, value):
        return ", ".join(self.env[self.field.comodel_name].browse(value).mapped('display_name')) or self.env._("all")


class Stages(Records):
    """Other stages, also those that the import creates."""

    def to_file(self, value, team_ids):
        return sorted(self.world.get_stage_label(stage_id) for stage_id in value)

    def from_file(self, value, team_ids):
        value = Kind.from_file(self, value, team_ids)
        if not all(isinstance(label, str) for label in value):
            raise Problem(self.env._("“%(value)s” is not what belongs here.", value=str(value)[:100]))
        return tuple(sorted({self.world.find_stage(label) for label in value}))

    def to_write(self, value, new_ids):
        return [(6, 0, [new_ids.get(stage_id, stage_id) for stage_id in value])]

    def say(self, value):
        return ", ".join(self.world.say_stage(stage_id) for stage_id in value) or self.env._("all")


class FieldName(Kind):
    """A field of opportunities, by its technical name."""

    types = str

    def get(self, record):
        return (record.field_name or '') if record.kind == 'field' else ''

    def from_file(self, value, team_ids):
        field = self.env['crm.stage.requirement']._get_required_field(super().from_file(value, team_ids))
        self.env['crm.stage.requirement']._check_readable(Domain(field.name, '!=', False))
        return field.name

    def to_write(self, value, new_ids):
        return self.env['crm.stage.requirement']._get_required_field(value).id if value else False

    def say(self, value):
        # sudo: ir.model.fields - a label
        return self.env['crm.stage.requirement']._get_required_field(value).sudo().field_description if value else ''


class Property(Kind):
    """A property of opportunities, by its label."""

    types = str

    def to_file(self, value, team_ids):
        return self.world.get_property_label(value, team_ids)

    def from_file(self, value, team_ids):
        return self.world.find_property(super().from_file(value, team_ids), team_ids)

    def say(self, value):
        return value and self.world.get_property(value).get('string')


class DomainText(Kind):
    """What opportunities must match, or to which a requirement applies."""

    types = str

    def get(self, record):
        text = record[self.carried.field]
        if not text or (self.carried.key == 'domain' and record.kind != 'domain'):
            return ''
        try:
            return ast.unparse(ast.parse(text.strip(), mode='eval'))
        except (SyntaxError, ValueError):
            return text  # of a requirement that is archived because it is no longer valid

    def to_file(self, value, team_ids):
        return ToFile(self.world, team_ids).rewrite(value)

    def from_file(self, value, team_ids):
        text = FromFile(self.world, team_ids).rewrite(super().from_file(value, team_ids))
        requirements = self.env['crm.stage.requirement']
        if requirements._parse(text).is_true():
            raise Problem(self.env._("it is empty, so that every opportunity meets it."))
        requirements._check_domain(text)
        return text

    def to_write(self, value, new_ids):
        return NewIds(self.world, (), new_ids).rewrite(value) if value and new_ids else value or False

    def say(self, value):
        try:
            return ToFile(self.world, ()).rewrite(value) if value else ''
        except Problem:
            return value


_KINDS = {
    'boolean': Boolean, 'choice': Choice, 'domain': DomainText, 'field': FieldName, 'names': Names, 'number': Number,
    'property': Property, 'records': Records, 'stages': Stages, 'text': Text,
}


def get_kinds(world, model, carried):
    """Return the kinds of the fields that this database has, by their keys.

    :param model: a recordset
    :param carried: what the file carries of its records
    """
    return {each.key: _KINDS[each.kind](world, model, each) for each in carried if each.field in model._fields}
