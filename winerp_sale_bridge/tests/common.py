from odoo.tests import TransactionCase, new_test_user


class SaleBridgeCase(TransactionCase):
    """Two companies, a salesperson of each, a colleague and a manager; a product, a customer, won opportunities."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('en_US')
        cls.company = cls.env['res.company'].create({'name': "Công ty Sao Mai", 'currency_id': cls._currency('VND').id})
        cls.company_2 = cls.env['res.company'].create({'name': "Công ty Ánh Dương", 'currency_id': cls._currency('USD').id})
        cls.env = cls.env(context={
            'tracking_disable': True, 'lang': 'en_US', 'allowed_company_ids': cls.company.ids, 'no_reset_password': True})
        cls.salesman = cls._user('an', 'sales_team.group_sale_salesman')
        cls.colleague = cls._user('binh', 'sales_team.group_sale_salesman')
        cls.manager = cls._user('chi', 'sales_team.group_sale_manager', companies=cls.company + cls.company_2)
        cls.team = cls.env['crm.team'].create({'name': "Miền Bắc", 'company_id': cls.company.id})
        cls.stage_open, cls.stage_won = cls.env['crm.stage'].create([
            {'name': "Đàm phán", 'sequence': 500, 'team_ids': cls.team.ids},
            {'name': "Thắng lợi", 'sequence': 501, 'is_won': True, 'team_ids': cls.team.ids},
        ])
        cls.product = cls.env['product.product'].create({
            'name': "Máy in", 'list_price': 1500000, 'taxes_id': False, 'type': 'consu'})
        cls.customer = cls.env['res.partner'].create({
            'name': "Công ty TNHH Hoa Sen", 'is_company': True, 'email': 'mua@hoasen.example.com',
            'phone': '0933 444 556', 'vat': '0312345678', 'company_id': False,
        })
        cls.env.company.crm_order_product_id = cls.product

    @classmethod
    def _currency(cls, name):
        currency = cls.env['res.currency'].with_context(active_test=False).search([('name', '=', name)])
        currency.active = True
        return currency

    @classmethod
    def _user(cls, login, group, companies=None):
        return new_test_user(
            cls.env, login=login, groups=f'{group},base.group_partner_manager', name=login.title(),
            company_id=cls.company.id, company_ids=[(6, 0, (companies or cls.company).ids)],
        )

    def _lead(self, **values):
        return self._leads(1, **values)

    def _leads(self, count, **values):
        return self.env['crm.lead'].create([{
            'name': f"Cơ hội {number}",
            'type': 'opportunity',
            'user_id': self.salesman.id,
            'team_id': self.team.id,
            'company_id': self.company.id,
            'partner_id': self.customer.id,
            'stage_id': self.stage_won.id,
            'expected_revenue': 12500000,
            **values,
        } for number in range(count)])

    def _quotation(self, lead, **values):
        return self.env['sale.order'].create({
            'opportunity_id': lead.id,
            'partner_id': self.customer.id,
            'company_id': self.company.id,
            'user_id': self.salesman.id,
            'order_line': [(0, 0, {'product_id': self.product.id, 'product_uom_qty': 2})],
            **values,
        })

    def _wizard(self, leads, user=None, companies=None, **values):
        return self.env['crm.lead.convert.order'].with_user(user or self.salesman).with_context(
            active_model='crm.lead', active_ids=leads.ids, allowed_company_ids=(companies or self.company).ids,
        ).create(values)
