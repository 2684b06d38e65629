"""Opportunities: what is created and written goes through the gate, and takes the probability of its stage."""
import contextlib

from odoo import api, fields, models

from ..stage_gate import GATE_PASS, OverridePass, get_pass


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    stage_override_ids = fields.One2many('crm.stage.override', 'lead_id', "Moved with Override", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        creator = self
        if get_pass(self.env, OverridePass):
            creator = self.with_context(**{GATE_PASS: None})  # it is not for what follows from creating these
        with self._refusing(vals_list):
            leads = super(CrmLead, creator).create(vals_list).with_env(self.env)
            leads._align_automated_probability()
            leads._check_created(vals_list)
        return leads

    def write(self, vals):
        self = self._check_seen(vals)
        entry = self._prepare_gate_entry(vals)
        with self._refusing() if entry else contextlib.nullcontext():
            stages = self._get_stages_before(vals)
            for leads, lead_vals in self._group_by_stage_probability(vals):
                super(CrmLead, leads).write(lead_vals)
            self._take_stage_probability(stages)
            self._forget_custom_requirements(vals)
            if entry:
                self._check_written(entry)
            self._tell_boards(vals)
            self._void_requests()
        return True
