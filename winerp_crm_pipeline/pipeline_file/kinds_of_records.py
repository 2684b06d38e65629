"""The kinds of values that name something of a database: records, stages, fields, properties, and what conditions name.

In memory they have ids; a file has names.
"""
import ast

from odoo.fields import Domain

from .domains import FromFile, NewIds, ToFile
from .kinds import Kind
from .reading import Problem


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
