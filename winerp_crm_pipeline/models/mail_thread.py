"""Mail for opportunities."""
from odoo import api, models

from ..stage_gate import GATE_PASS, AliasPass


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        # An alias may name the stage, which who calls the mail gateway may not.
        stage_ids = frozenset(
            values['stage_id'] for model, _thread_id, values, _user_id, alias in routes or ()
            if model == 'crm.lead' and alias and values and values.get('stage_id'))
        thread = self.with_context(**{GATE_PASS: AliasPass(stage_ids)}) if stage_ids else self
        return super(MailThread, thread)._message_route_process(message, message_dict, routes)
