"""Finding a run again that was interrupted."""
from odoo import api, fields, models
from odoo.fields import Domain


class CrmLeadConvertOrder(models.TransientModel):
    _inherit = 'crm.lead.convert.order'  # pylint: disable=consider-merging-classes-inherited

    unfinished_id = fields.Many2one(
        'crm.lead.convert.order', "Unfinished Run", compute='_compute_unfinished_id',
        help="An earlier run of yours that was interrupted.")

    @api.depends('state')
    def _compute_unfinished_id(self):
        unfinished = self._find_unfinished()
        for wizard in self:
            wizard.unfinished_id = (unfinished - wizard)[:1] if wizard.state == 'draft' else False

    @api.model
    def _find_unfinished(self):
        """Return the user's own runs that were begun and have something left to order, the latest first."""
        todo = [('state', '=', 'pending'), ('action', '!=', 'skip')]
        begun = Domain('state', '=', 'running') | Domain('state', '=', 'draft') & Domain('line_ids.state', '=', 'done')
        own = Domain('create_uid', '=', self.env.uid) & Domain('line_ids', 'any', todo)
        # sudo: crm.lead.convert.order - one's own; which opportunities one may see is asked when it is opened
        return self.sudo().search(own & begun, order='id desc').sudo(self.env.su)

    @api.model
    @api.readonly
    def get_unfinished(self):
        """Return how many opportunities the user's interrupted runs have left to order.

        :return: ``{'count': int}``; no runs: 0
        """
        lines = self._find_unfinished().sudo().line_ids  # sudo: crm.lead.convert.order.line - as many as there are
        return {'count': len(lines.filtered(lambda line: line.state == 'pending' and line.action != 'skip'))}

    @api.model
    def action_open_unfinished(self):
        """Open the run that was interrupted, or the list of them."""
        wizards = self._find_unfinished()
        if len(wizards) == 1:
            return wizards._get_form_action()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Unfinished Sales Orders"),
            'res_model': self._name,
            'views': [(False, 'list'), (False, 'form')],
            'domain': [('id', 'in', wizards.ids)],
        }

    def action_resume(self):
        """Open the earlier run that was interrupted."""
        self.ensure_one()
        return (self.unfinished_id or self)._get_form_action()
