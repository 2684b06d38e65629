"""Sets of requirements to start from: each takes away again exactly what it brought."""
from odoo import api, fields, models

from .crm_stage_requirement_preset import ADDRESS, DECISION_MAKER, QUOTATION_SENT, TAX_ID

COMPANY_CUSTOMER = "[('partner_id.commercial_partner_id.is_company', '=', True)]"


class CrmStage(models.Model):
    _inherit = 'crm.stage'  # pylint: disable=consider-merging-classes-inherited

    def action_open_requirement_sets(self):
        """Show the sets that the stage can take requirements from, and those that it has."""
        self.ensure_one()
        wizard = self.env['crm.stage.requirement.set'].create({'stage_id': self.id})  # with lines, whose buttons need ids
        return {
            'name': self.env._("Requirements to Start From: %(stage)s", stage=self.name),
            'type': 'ir.actions.act_window', 'res_model': wizard._name, 'res_id': wizard.id, 'view_mode': 'form', 'target': 'new',
        }


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    # Not copied: what is made of it by hand is no part of the set.
    set_key = fields.Char("Set", readonly=True, copy=False, help="The set that brought the requirement, and takes it away.")

    @api.model
    def _get_sets(self):
        """Return the sets: ``{key: {'name', 'description', 'requirements': list of values}}``.

        Budget and time are fields of every opportunity. For the other two of a salesperson's four questions Odoo has no field
        of its own: the decision maker is the contact with a job position, the need is what the notes say. A team with
        properties of its own for them requires those instead.
        """
        sets = {
            'contact': {
                'name': self.env._("Contact by phone or Zalo"),
                'description': self.env._("A phone number, under which the customer is found on Zalo too."),
                'requirements': [{'field': 'phone', 'name': lambda env: env._("Phone or Zalo number")}],
            },
            'bant': {
                'name': self.env._("Budget, decision maker, need, time"),
                'description': self.env._(
                    "The expected revenue; name and job position of the contact; the need, in the notes; the expected closing."),
                'requirements': [
                    {'field': 'expected_revenue', 'name': lambda env: env._("Budget: expected revenue")},
                    {'domain': DECISION_MAKER},
                    {'field': 'description', 'name': lambda env: env._("Need: what the customer wants, in the notes")},
                    {'field': 'date_deadline', 'name': lambda env: env._("Time: expected closing")},
                ],
            },
            'quotation': {
                'name': self.env._("Quotation sent"), 'description': self.env._("A quotation that was sent, or ordered."),
                'requirements': [{'domain': QUOTATION_SENT}],
            },
            'invoice': {
                'name': self.env._("Tax ID and address before winning"),
                'description': self.env._("The customer; its address; of a company, its tax ID. For the stage that is won."),
                'requirements': [
                    {'field': 'partner_id', 'name': lambda env: env._("Customer")},
                    {'domain': TAX_ID, 'condition': COMPANY_CUSTOMER}, {'domain': ADDRESS},
                ],
            },
        }
        return {
            key: one for key, one in sets.items()
            if all(self._has_fields(values['domain']) for values in one['requirements'] if 'domain' in values)}

    @api.model
    def _add_set(self, key, stage):
        """Create the requirements of a set in a stage, without those that it has already."""
        requirements = self
        for spec in self._get_sets()[key]['requirements']:
            requirement = self.create(self._prepare_set_values(key, stage, spec))
            if name := spec.get('name'):
                requirement.update_field_translations('name', {
                    lang: name(self.with_context(lang=lang).env) for lang in self._get_name_languages()})
            requirements += requirement
        return requirements._drop_doubles()

    def _drop_doubles(self):
        """Delete those, just made, that ask for what their stage required before; return the others."""
        doubles = self.filtered(lambda requirement: any(
            requirement._asks_as(other) for other in requirement.stage_id.requirement_ids - self if other.active))
        kept = self - doubles
        doubles.unlink()
        return kept

    @api.model
    def _prepare_set_values(self, key, stage, spec):
        values = {
            'stage_id': stage.id, 'set_key': key, 'sequence': max(stage.requirement_ids.mapped('sequence'), default=0) + 1,
            'condition': spec.get('condition'),
        }
        if 'domain' in spec:
            return {**values, 'kind': 'domain', 'domain': spec['domain']}
        # sudo: ir.model.fields - its ACL is for administrators
        return {**values, 'kind': 'field', 'field_id': self.env['ir.model.fields'].sudo()._get('crm.lead', spec['field']).id}
