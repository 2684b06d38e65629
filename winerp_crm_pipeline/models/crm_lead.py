"""Opportunities: what is created and written goes through the gate, and takes the probability of its stage."""
from odoo import api, fields, models

from ..stage_gate import GATE_PASS, OverridePass, get_pass


class CrmLead(models.Model):
    _inherit = 'crm.lead'

    stage_override_ids = fields.One2many('crm.stage.override', 'lead_id', "Moved with Override", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_gate_closed():
            return self._create_with_probability(vals_list)
        with self._refusing(vals_list):
            leads = self._create_with_probability(vals_list)
            leads._check_created(vals_list)
        return leads

    def _create_with_probability(self, vals_list):
        creator = self
        if get_pass(self.env, OverridePass):
            creator = self.with_context(**{GATE_PASS: None})  # it is not for what follows from creating these
        leads = super(CrmLead, creator).create(vals_list).with_env(self.env)
        leads._align_automated_probability()
        return leads

    def write(self, vals):
        entry = self._prepare_gate_entry(vals)
        if not entry:
            return self._write_with_probability(vals)
        with self._refusing():
            self._write_with_probability(vals)
            self._check_written(entry)
        return True

    def _write_with_probability(self, vals):
        stages = self._get_stages_before(vals)
        for leads, lead_vals in self._group_by_stage_probability(vals):
            super(CrmLead, leads).write(lead_vals)
        self._take_stage_probability(stages)
        self._forget_custom_requirements(vals)
        return True
