"""What the web client needs to let an administrator say what stages require."""
from odoo import api, models


class CrmStage(models.Model):
    _inherit = 'crm.stage'  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_requirement_preview(self):
        """Return what a salesperson would be asked who moves an empty opportunity to the stage.

        :return: see ``crm.lead.get_stage_move_requirements``
        """
        self.ensure_one()
        self.check_access('write')
        lead = self.env['crm.lead'].new({'type': 'opportunity'})
        rules = [rule for rule in lead._get_stage_rules().in_stage(self.id) if rule.level == 'block']
        return {
            'stage_id': self.id,
            'leads': [lead._prepare_missing(lead, self.id, rules, is_new=True)],
            'dialog': lead._prepare_stage_dialog({lead: rules}, self.id, is_new=True),
        }


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'

    @api.model
    @api.readonly
    def get_field_choices(self):
        """Return the fields that a requirement may name.

        Sales administrators choose among them although only system administrators may
        read ``ir.model.fields``.

        :return: list of ``{'id': int, 'name': str, 'label': str}``, by label
        """
        self.check_access('write')
        # sudo: ir.model.fields - names and labels of fields of a model that the user works with
        model_fields = self.env['ir.model.fields'].sudo().search_fetch(
            self._get_suitable_field_domain(), ['name', 'field_description'])
        return sorted(
            ({'id': field.id, 'name': field.name, 'label': field.field_description} for field in model_fields),
            key=lambda choice: choice['label'].casefold())
