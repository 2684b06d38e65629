from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


class DocumentCommon(SaleBridgeCase):

    def _document(self, record, name, **values):
        return self.env['ir.attachment'].create({
            'name': name, 'raw': name.encode(), 'res_model': record._name, 'res_id': record.id, **values})

    def _deal(self):
        """Return an opportunity, its quotation and its meeting, with documents everywhere; and the documents."""
        lead = self._lead()
        quotation = self._quotation(lead)
        meeting = self.env['calendar.event'].create({
            'name': "Xem hàng", 'start': '2030-01-01', 'stop': '2030-01-01', 'opportunity_id': lead.id,
            'user_id': self.salesman.id, 'partner_ids': [Command.set(self.salesman.partner_id.ids)]})
        documents = self._document(lead, "yeu-cau.txt")
        message = lead.with_context(tracking_disable=False).message_post(
            body="Gửi kèm", message_type='email', attachments=[("thu-khach.txt", b"Kinh gui")])
        documents += message.attachment_ids
        documents += self._document(quotation, "bao-gia.pdf") + self._document(meeting, "bien-ban.txt")
        return lead, documents


@tagged('post_install', '-at_install')
class TestDocument(DocumentCommon):
    """The documents of a deal are in one place, by the rights of whoever looks."""

    def _shown(self, lead, user):
        action = lead.with_user(user).action_view_documents()
        return self.env['ir.attachment'].with_user(user).search(action['domain'])

    def test_all_of_a_deal(self):
        lead, documents = self._deal()
        self._document(self._lead(), "cua-co-hoi-khac.txt")
        self._document(self.customer, "cua-khach.txt")
        self._document(lead, "anh", res_field='message_bounce')
        self.assertEqual(lead.with_user(self.salesman).document_count, 4)
        self.assertEqual(self._shown(lead, self.salesman), documents.sorted('id', reverse=True))
        added = self._document(lead, "moi.txt")
        self.assertIn(added, self._shown(lead, self.salesman))

    def test_carried_over_is_one(self):
        lead = self._lead()
        document = self._document(lead, "yeu-cau.txt")
        self._wizard(lead).action_convert()
        self.assertEqual(self.env['ir.attachment'].search_count([('checksum', '=', document.checksum)]), 2)
        self.assertEqual(lead.with_user(self.salesman).document_count, 1)

    def test_rights(self):
        lead, documents = self._deal()
        lead.order_ids.user_id = self.colleague
        self.env.invalidate_all()
        self.assertEqual(lead.with_user(self.salesman).document_count, 3, "a colleague's quotation is out of sight")
        self.assertNotIn(documents[2], self._shown(lead, self.salesman))
        with self.assertRaises(AccessError):
            lead.with_user(self.colleague).read(['document_count'])

    def test_queries(self):
        leads = self._leads(21)
        for lead in leads:
            self._document(lead, "yeu-cau.txt")
            self._document(self._quotation(lead), "bao-gia.txt")

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(set(records.with_user(self.salesman).mapped('document_count')), {2})
            return self.env.cr.sql_log_count - before

        count(leads[0])
        self.assertEqual(count(leads[:2]), count(leads))


@tagged('post_install', '-at_install', 'winerp_browser')
class TestDocumentTour(DocumentCommon, HttpCase):

    def test_tour(self):
        self.env['res.lang']._activate_lang('vi_VN')
        self.env['ir.module.module']._load_module_terms(['winerp_sale_bridge'], ['vi_VN'], overwrite=True)
        self.salesman.write({'lang': 'vi_VN', 'password': 'an'})
        lead, _documents = self._deal()
        self.start_tour(f'/odoo/crm/{lead.id}', 'winerp_sale_bridge_documents', login='an')
        self.assertEqual(lead.document_count, 5)
        self.assertEqual(self.env['ir.attachment'].search([('name', '=', "tha-vao.txt")]).res_id, lead.id)
