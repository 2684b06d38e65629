"""Cards that somebody moves, move on the boards of colleagues, too."""
from odoo import models

# In the data of the cursor's callbacks, which go with the transaction: ids of what it moved.
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
            callbacks.data[MOVED] = set()
            callbacks.add(self.browse()._send_moves)
        callbacks.data[MOVED].update(self.ids)

    def _send_moves(self):
        moved_ids = self.env.cr.precommit.data.pop(MOVED, ())
        if len(moved_ids) > MAX_MOVES:
            return
        # sudo: crm.lead - ids only, to salespeople: what a board shows is read by whoever looks at it
        leads = self.sudo().with_context(active_test=False).search_fetch([('id', 'in', list(moved_ids))], ['active', 'stage_id'])
        if leads:
            self.env.ref('sales_team.group_sale_salesman')._bus_send('winerp_crm_pipeline.moved', {
                'stages': {lead.id: lead.active and lead.stage_id.id for lead in leads},
            })
