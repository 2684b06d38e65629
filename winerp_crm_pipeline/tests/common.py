from odoo.addons.crm.tests.common import TestCrmCommon

from ..exceptions import StageRequirementError


class PipelineCommon(TestCrmCommon):
    """Five stages for all teams, after those of other data, and opportunities of a salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('vi_VN')
        cls.users = cls.user_sales_salesman + cls.user_sales_leads + cls.user_sales_manager
        cls.users.write({'lang': 'en_US'})
        cls.env['crm.stage.requirement'].search([]).action_archive()
        cls.env['crm.stage'].search([]).write({'auto_probability': False})
        cls.stages = cls.env['crm.stage'].create([
            {'name': name, 'sequence': 1001 + index, 'is_won': name == "Won"}
            for index, name in enumerate(["New", "Qualified", "Quotation", "Negotiation", "Won"])
        ])
        cls.stage_new, cls.stage_qualified, cls.stage_quotation, cls.stage_negotiation, cls.stage_won = cls.stages
        cls.lead = cls._create_opportunity("Printers")

    @classmethod
    def _create_opportunity(cls, name, **values):
        return cls.env['crm.lead'].create({
            'name': name, 'type': 'opportunity', 'stage_id': cls.stage_new.id,
            'team_id': cls.sales_team_1.id, 'user_id': cls.user_sales_salesman.id, **values,
        })

    @classmethod
    def _require(cls, stage, field_or_domain, **values):
        """Add a requirement to a stage: a field's name, or a domain as text."""
        if field_or_domain not in cls.env['crm.lead']._fields:
            values = {'kind': 'domain', 'domain': field_or_domain, 'name': "Condition", **values}
        else:
            values['field_id'] = cls.env['ir.model.fields']._get('crm.lead', field_or_domain).id
        return cls.env['crm.stage.requirement'].create({'stage_id': stage.id, **values})

    def _as_salesman(self, leads=None):
        return (self.lead if leads is None else leads).with_user(self.user_sales_salesman)

    def assertRefused(self, function, missing=None):
        """Assert that the gate refuses, and keeps everything as it was.

        :param missing: the requirements that the error names, for each opportunity in turn
        :return: the error
        """
        with self.assertRaises(StageRequirementError) as caught:
            function()
        if missing is not None:
            self.assertEqual(
                [requirement['id'] for lead in caught.exception.context['leads'] for requirement in lead['missing']],
                missing.ids)
        return caught.exception
