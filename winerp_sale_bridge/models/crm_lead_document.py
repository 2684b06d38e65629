"""The documents of a deal in one place: of the opportunity, its e-mails, quotations, orders and meetings."""
from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Domain


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    document_count = fields.Integer("Documents", compute='_compute_document_count')

    def _compute_document_count(self):
        documents = self._get_documents()
        for lead in self:
            lead.document_count = len(documents.get(lead.id, ()))

    def _get_documents(self):
        """Return the documents of each opportunity that the user may see, the opportunity's own first.

        What was copied from an opportunity to its order is one document.

        :return: ``{lead_id: ir.attachment}``; those without any may be absent
        """
        origins = {('crm.lead', lead.id): lead.id for lead in self if lead.id}
        if not origins:
            return {}
        for model in ('sale.order', 'calendar.event'):
            if self.env[model].has_access('read'):
                records = self.env[model].search_fetch([('opportunity_id', 'in', self.ids)], ['opportunity_id'])
                origins.update(((model, record.id), record.opportunity_id.id) for record in records)
        domain = Domain.OR(
            Domain('res_model', '=', model) & Domain('res_id', 'in', [res_id for name, res_id in origins if name == model])
            for model in {model for model, _res_id in origins})
        # Each invitation to a meeting leaves a calendar file, which is nobody's document.
        domain &= Domain('res_field', '=', False) & Domain('mimetype', '!=', 'text/calendar')
        attachments = self.env['ir.attachment'].search_fetch(domain, ['res_model', 'res_id', 'checksum', 'name'])
        documents, seen = {}, set()
        for attachment in attachments.sorted(lambda attachment: (attachment.res_model != 'crm.lead', -attachment.id)):
            lead_id = origins[attachment.res_model, attachment.res_id]
            content = lead_id, attachment.checksum or attachment.id, attachment.name
            if content not in seen or attachment.res_model == 'crm.lead':
                seen.add(content)
                documents[lead_id] = documents.get(lead_id, attachment.browse()) + attachment
        return documents

    def action_view_documents(self):
        """Open the documents of the deal; what is dropped or uploaded there is added to the opportunity."""
        self.ensure_one()
        documents = self._get_documents().get(self.id, self.env['ir.attachment'])
        own = Domain('res_model', '=', 'crm.lead') & Domain('res_id', '=', self.id)  # with what is added from now on
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Documents"),
            'res_model': 'ir.attachment',
            'views': [(self.env.ref('winerp_sale_bridge.ir_attachment_view_kanban').id, 'kanban')],
            'search_view_id': [self.env.ref('winerp_sale_bridge.ir_attachment_view_search').id],
            'domain': (own | Domain('id', 'in', documents.ids)) & Domain('res_field', '=', False),
            'context': {'default_res_model': 'crm.lead', 'default_res_id': self.id},
            'help': Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>') % (
                self.env._("No documents yet"), self.env._("Drop files here, or upload them: they are added to the opportunity.")),
        }
