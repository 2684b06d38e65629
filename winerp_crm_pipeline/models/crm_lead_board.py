"""Cards that somebody moves, move on the boards of colleagues, too."""
from odoo import models

# In the data of the cursor's callbacks, which go with the transaction: {id: stage id, or False} of what it moved.
MOVED = 'winerp_crm_pipeline.moved_leads'
MAX_MOVES = 100  # more are no work by hand: boards show them when they are loaded again


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _tell_boards(self, vals):
        """Tell open boards what is moved by a write: with one message a transaction, whatever it moves.

        :param dict vals: as for ``write``
        """
        if vals.keys().isdisjoint({'stage_id', 'active'}):
            return
        callbacks = self.env.cr.precommit
        if MOVED not in callbacks.data:
            callbacks.data[MOVED] = {}
            callbacks.add(self.browse()._send_moves)
        callbacks.data[MOVED].update((lead.id, lead.active and lead.stage_id.id) for lead in self[:MAX_MOVES + 1])

    def _send_moves(self):
        moved = self.env.cr.precommit.data.pop(MOVED, None)
        if not moved or len(moved) > MAX_MOVES:
            return
        # Not env.ref(), which asks each time whether the group is still there.
        group_id = self.env['ir.model.data']._xmlid_to_res_id('sales_team.group_sale_salesman')
        self.env['res.groups'].browse(group_id)._bus_send('winerp_crm_pipeline.moved', {'stages': moved})
