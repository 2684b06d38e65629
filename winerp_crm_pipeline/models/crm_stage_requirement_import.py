"""Requirements by Odoo's ordinary import and export: fields by name or label, since their ids say nothing to anybody."""
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    field_label = fields.Char(
        compute='_compute_field_label', compute_sudo=True,
        help="What an import needs to find the field again: its label, or its technical name where several have that label.")

    @api.depends('field_id')
    @api.depends_context('lang')
    def _compute_field_label(self):
        labels = Counter(self.env['ir.model.fields'].search(self._get_suitable_field_domain()).mapped('field_description'))
        for requirement in self:
            label = requirement.field_id.field_description
            requirement.field_label = label if labels[label] <= 1 else requirement.field_name

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_field_id(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_field_id(vals))

    def export_data(self, fields_to_export):
        """Give fields by their labels: only system administrators may read ``ir.model.fields``."""
        return super().export_data(['field_label' if name == 'field_id' else name for name in fields_to_export])

    @api.model
    def load(self, fields, data):
        """Take fields by name or label: only system administrators may search among ``ir.model.fields``."""
        names = ['field_name' if name == 'field_id' else name for name in fields]
        if names.count('field_name') > 1:  # an export may have both
            index = fields.index('field_id')
            names, *data = ([*row[:index], *row[index + 1:]] for row in (names, *data))
        return super().load(names, data)

    @api.model
    def _with_field_id(self, vals):
        """Return values with the field that they name."""
        if 'field_name' not in vals:
            return vals
        vals = dict(vals)
        name = vals.pop('field_name')
        if name and 'field_id' not in vals:
            vals['field_id'] = self._get_required_field(name).id
        return vals

    @api.model
    def _get_required_field(self, name):
        """Return the field that a requirement may name, by its technical name or its label in the user's language.

        :raise ValidationError: if there is none, or more than one
        """
        # sudo: ir.model.fields - names and labels of fields of a model that the user works with
        model_fields = self.env['ir.model.fields'].sudo()
        suitable = Domain(self._get_suitable_field_domain())
        found = model_fields.search(suitable & Domain('name', '=', name)) or model_fields.search(
            suitable & Domain('field_description', '=', name))
        if len(found) == 1:
            return found
        if not found:
            raise ValidationError(self.env._("There is no field “%(name)s” that a requirement could ask for.", name=name))
        raise ValidationError(self.env._(
            "“%(name)s” is the label of several fields: write %(names)s.", name=name, names=" / ".join(found.mapped('name'))))
