"""Running the wizard: at once, in chunks that are committed, again after something was mended."""
from odoo import api, models, modules
from odoo.fields import Domain

from ..order_plan import OrderResult


class CrmLeadConvertOrder(models.TransientModel):
    _inherit = 'crm.lead.convert.order'

    def action_convert(self):
        """Convert every line that is neither skipped nor done, in chunks, and show the result.

        Beyond one chunk, each one is committed: what is done stays done, whatever happens afterwards. Calling it again
        takes up what is left and repeats what had failed.

        :return: action that opens the order or the orders; where some opportunities were not ordered, the action that
            opens this wizard over one opportunity, and ``True`` for many: their page is open already
        """
        self.ensure_one()
        # sudo: crm.lead.convert.order.line - results are not the user's to write
        self.line_ids.filtered(lambda line: line.state == 'failed').sudo().state = 'pending'
        chunk_size = self._get_chunk_size()
        todo = self._get_todo_lines()
        for start in range(0, len(todo), chunk_size):  # once each: what is busy stays to do and is not waited for
            self._convert_lines(todo[start:start + chunk_size])
            if len(todo) > chunk_size and not modules.module.current_test:
                # Progress of long work: a killed worker loses one chunk at most.
                self.env.cr.commit()  # pylint: disable=invalid-commit
                self.env.invalidate_all()  # a new transaction sees what others did, and memory does not grow
        self._finish()
        return self._get_result_action()

    def _finish(self):
        """Close the run, unless something was busy and is still to do."""
        if self._get_todo_lines():
            self.state = 'draft'
            return
        for reason, lines in self.line_ids.filtered(lambda line: line.state == 'pending').grouped('skip_reason').items():
            # sudo: crm.lead.convert.order.line - results are not the user's to write
            lines.sudo().write({'state': 'skip', 'message': reason})
        self.state = 'done'

    def action_retry(self):
        """Look again at what failed or was skipped, now that something was mended, and show what would happen."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.state in ('failed', 'skip')
            or line.state == 'pending' and line.action == 'skip' and line.is_blocked)._filtered_readable()
        plans = lines.lead_id._get_order_plans()
        for line in lines:
            line._replan(plans[line.lead_id.id])
        self.state = 'draft'
        return self._get_form_action() if self.line_count == 1 else True

    @api.model
    def _get_chunk_size(self):
        """Return how many opportunities are converted, and committed, together."""
        return 100

    @api.model
    def _get_page_chunk_size(self):
        """Return how many the page asks for at once: so few that *Pause* does not keep one waiting."""
        return 25

    def action_start(self):
        """Begin a long run, or go on with it: the page asks for one chunk after the other, see :meth:`convert_chunk`.

        :return: action that tells the page to begin; one that is only opened, later, does not
        """
        self.ensure_one()
        self.state = 'running'
        return {'type': 'ir.actions.client', 'tag': 'winerp_sale_bridge.start_run', 'params': {'wizard_id': self.id}}

    def action_pause(self):
        self.filtered(lambda wizard: wizard.state == 'running').state = 'draft'
        return True

    def convert_chunk(self):
        """Convert the next chunk of a run and say how far it is; the last one closes the run.

        Every call is a transaction of its own: what it did stays done, whatever becomes of the next one.

        :return: ``{'total', 'done', 'failed', 'skipped', 'remaining'}``, numbers of opportunities
        """
        self.ensure_one()
        if self.state == 'running':
            if chunk := self._get_todo_lines()[:self._get_page_chunk_size()]:
                self._convert_lines(chunk)
            if not self._get_todo_lines():
                self._finish()
        return {
            'total': self.line_count,
            'done': self.done_count,
            'failed': self.failed_count,
            'skipped': self.skip_count,
            'remaining': self.todo_count,
        }

    def _get_todo_lines(self):
        return self.line_ids.filtered(lambda line: line.state == 'pending' and line.action != 'skip')

    def _convert_lines(self, lines):
        """Convert these lines and write on each what became of it."""
        lines = lines.with_prefetch()  # the other chunks are read when it is their turn
        lines = lines._filtered_access('read')  # an opportunity may have gone out of sight since the run began
        results = lines.lead_id._convert_to_orders(
            {line.lead_id.id: line._get_plan() for line in lines},
            confirm=self.confirm_orders, cancel_others=self.cancel_others,
            cancel_reason=self.cancel_reason, include_open=self.include_open,
        )
        gone = OrderResult('failed', self.env['sale.order'], self.env._("The opportunity was deleted meanwhile."))
        readable = self.env['sale.order'].union(*(result.order for result in results.values()))._filtered_access('read')
        for line in lines:
            line._set_result(results.get(line.lead_id.id, gone), readable)

    def action_view_orders(self):
        """Open the orders that this wizard made."""
        orders = self.line_ids.result_order_id
        action = self.env['ir.actions.actions']._for_xml_id('sale.action_orders')
        action['context'] = {}
        action['target'] = 'current'
        if len(orders) == 1:
            return {**action, 'views': [(False, 'form')], 'res_id': orders.id}
        return {**action, 'domain': Domain('id', 'in', orders.ids)}

    def _get_result_action(self):
        """Open what was asked for where all went well, and what needs attention otherwise."""
        if self.done_count and all(line.state == 'done' and not line.message for line in self.line_ids):
            return self.action_view_orders()
        return self._get_form_action() if self.line_count == 1 else True
