import itertools

from odoo.tests import tagged, users

from ..domain_words import DomainWords
from .common import PipelineCommon

LANGUAGES = ('en_US', 'vi_VN')
DEMANDS = {  # what is asked: (in English, in Vietnamese), as it begins a sentence
    'field': ("Phone must be filled in", "Phải có Điện thoại"),
    'property': ("Budget must be filled in", "Phải có Budget"),
    'condition': ("Expected Revenue must be at least {}", "Doanh thu dự kiến phải từ {} trở lên"),
    'preset': ("A meeting must have been held", "Phải có một cuộc họp đã diễn ra"),
}
EFFECTS = {
    ('block', 'onward'): ("Blocks, also in later stages", "Chặn, kể cả ở các giai đoạn sau"),
    ('block', 'stage'): ("Blocks, in this stage only", "Chặn, chỉ ở giai đoạn này"),
    ('warn', 'onward'): ("Warns, also in later stages", "Cảnh báo, kể cả ở các giai đoạn sau"),
    ('warn', 'stage'): ("Warns, in this stage only", "Cảnh báo, chỉ ở giai đoạn này"),
}


class RequirementCommon(PipelineCommon):
    """With amounts in đồng, and properties of a team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north, cls.south = cls.env['crm.team'].create([
            {'name': "North", 'company_id': False, 'lead_properties_definition': [
                {'name': 'budget', 'string': "Budget", 'type': 'integer'},
                {'name': 'need', 'string': "Need", 'type': 'char'}]},
            {'name': "South", 'company_id': False},
        ])
        cls.company = cls.env['res.company'].create({'name': "WinERP", 'currency_id': cls._get_dong().id})

    @classmethod
    def _get_dong(cls):
        dong = cls.env.ref('base.VND')
        dong.active = True
        return dong

    def _say_in(self, lang, record, name):
        return record.with_context(lang=lang)[name]


@tagged('-at_install', 'post_install')
class TestRequirementSentences(RequirementCommon):

    def test_every_combination(self):
        """What is asked, when, how strictly, where and of whom, in both languages."""
        teams = {0: self.north.browse(), 1: self.north, 2: self.north + self.south}
        number = 0
        for asked, (level, scope), conditional, size, company in itertools.product(
                DEMANDS, EFFECTS, (False, True), teams, (self.company.browse(), self.company)):
            requirement = self.env['crm.stage.requirement'].new({
                'stage_id': self.stage_qualified.id, 'level': level, 'scope': scope, **self._ask(asked),
                'condition': "[('phone', '!=', False)]" if conditional else False,
                'team_ids': teams[size].ids, 'company_id': company.id,
            })
            for lang in (0, 1):
                number += 1
                with self.subTest(
                        asked=asked, level=level, scope=scope, conditional=conditional, teams=size, company=bool(company)):
                    self.assertEqual(
                        self._say_in(LANGUAGES[lang], requirement, 'sentence'),
                        self._expect(lang, asked, (level, scope), conditional, size, company))
        self.assertEqual(number, 4 * 4 * 2 * 3 * 2 * 2)

    def _ask(self, asked):
        get_field = self.env['ir.model.fields']._get
        return {
            'field': {'kind': 'field', 'field_id': get_field('crm.lead', 'phone').id},
            'property': {'kind': 'field', 'field_id': get_field('crm.lead', 'lead_properties').id, 'property_name': 'budget'},
            'condition': {'kind': 'domain', 'domain': "[('expected_revenue', '>=', 100000000)]"},
            'preset': {'kind': 'domain', 'domain': '[("calendar_event_ids.stop", "<", "now")]'},
        }[asked]

    def _expect(self, lang, asked, effect, conditional, size, company):
        # Amounts are in the currency of the requirement's company.
        currency = (company or self.env.company).currency_id
        english = "%s\N{NO-BREAK SPACE}100,000,000" if currency.position == 'before' else "100,000,000\N{NO-BREAK SPACE}%s"
        english = english % currency.symbol
        amounts = (english, "100 triệu" if company else f"100 triệu {currency.symbol}")
        demand = DEMANDS[asked][lang].format(amounts[lang])
        text = f"{demand}. {EFFECTS[effect][lang]}"
        if conditional:
            begins_with_label = asked == 'condition' or (asked in ('field', 'property') and lang == 0)
            lower = demand if begins_with_label else demand[0].lower() + demand[1:]
            when = ("When Phone is filled in, {}", "Khi đã có Điện thoại thì {}")[lang]
            text = f"{when.format(lower)}. {EFFECTS[effect][lang]}"
        # A property is asked of nobody but the teams that have it.
        if asked == 'property':
            size = 1
        names = [None, "North", ("North and South", "North và South")[lang]][size]
        if names:
            text += (f", for {names}", f", cho {names}")[lang]
        if company:
            text += ((" in WinERP", " của WinERP") if names else (", in WinERP", ", ở WinERP"))[lang]
        return f"{text}."

    @users('user_sales_manager')
    def test_conditions_in_words(self):
        cases = (
            ("[('expected_revenue', '<=', 1360000000)]", "Expected Revenue must be at most 1,360,000,000 ₫",
             "Doanh thu dự kiến không được quá 1,36 tỷ"),
            ("[('date_deadline', '>=', 'today')]", "Expected Closing must be on or after today",
             "Ngày đóng dự kiến phải từ hôm nay trở đi"),
            ("[('date_deadline', '<', '-7d')]", "Expected Closing must be before 7 days ago",
             "Ngày đóng dự kiến phải trước 7 ngày trước"),
            ("['|', ('phone', '!=', False), ('expected_revenue', '>', 0)]",
             "Phone must be filled in or Expected Revenue must be more than 0 ₫",
             "phải có Điện thoại hoặc Doanh thu dự kiến phải lớn hơn 0 ₫"),
            ("['&', ('phone', '!=', False), '|', ('phone', 'ilike', '09'), ('phone', '=ilike', '03%')]",
             "Phone must be filled in and (Phone must contain “09” or Phone must look like “03%”)",
             "phải có Điện thoại và (Điện thoại phải có chứa “09” hoặc Điện thoại phải có dạng “03%”)"),
            ("['!', ('phone', '=', '09')]", "Phone must not be 09", "Điện thoại phải khác 09"),
            ("[('user_id', '=', uid)]", "Salesperson must be whoever moves it", None),
            ("[('lead_properties.budget', '>=', 5000)]", "Budget must be at least 5,000", "Budget phải từ 5.000 trở lên"),
            ("[('partner_id', 'any', [('vat', '!=', False)])]", "Tax ID of Contact must be filled in", None),
            ("[('tag_ids.name', '=', 'VIP')]", "there must be an entry in Tags where Tag Name is VIP", None),
            (f"[('team_id', 'in', {self.north.ids})]", "Sales Team must be North", None),
            ("[('priority', 'in', ['1', '2'])]", "Priority must be Medium or High", None),
            ("[('calendar_event_ids', '!=', False)]", "there must be an entry in Meetings", None),
            ("[(0, '=', 1)]", "nothing is right", None),
        )
        properties = self.env['crm.team']._get_lead_properties()
        for domain, *expected in cases:
            for lang, text in zip(LANGUAGES, expected, strict=True):
                if text:
                    with self.subTest(domain=domain, lang=lang):
                        words = DomainWords(self.env['crm.lead'].with_context(lang=lang), self._get_dong(), properties)
                        self.assertEqual(words.demand(domain).replace("\N{NO-BREAK SPACE}", " "), text)

    def test_every_operator_has_words(self):
        """No condition is shown as code: there is a phrase for each operator, in both moods."""
        words = DomainWords(self.env['crm.lead'], self._get_dong(), {})
        for operator in ('=', '!=', '<', '>', '<=', '>=', 'in', 'not in', 'like', 'not like', 'ilike', 'not ilike',
                         '=like', '=ilike', 'not =like', 'not =ilike', 'child_of', 'parent_of'):
            value = [1] if operator in ('in', 'not in') else "1"
            for mood in (words.state, words.demand):
                with self.subTest(operator=operator):
                    text = mood(f"[('city', {operator!r}, {value!r})]")
                    self.assertIn("City", text)
                    self.assertNotIn(operator if len(operator) > 2 and operator not in ('like',) else "('", text)

    @users('user_sales_manager')
    def test_nobody_is_told_what_they_may_not_read(self):
        self.env.ref('base.res_partner_rule').sudo().active = True
        hidden = self.env['res.partner'].sudo().create({
            'name': "Hidden", 'company_id': self.company.id})
        requirement = self.env['crm.stage.requirement'].new({
            'kind': 'domain', 'domain': f"[('partner_id', '=', {hidden.id})]"})
        self.assertNotIn("Hidden", requirement.sentence)

    def test_bad_domains_are_said_to_nobody(self):
        requirement = self.env['crm.stage.requirement'].new({'kind': 'domain', 'domain': "[('phone', '=',", 'condition': "x"})
        self.assertFalse(requirement.sentence)
        self.assertFalse(requirement.proposed_name)


@tagged('-at_install', 'post_install')
class TestRequirementNames(RequirementCommon):

    def _get_names(self, requirement):
        return [requirement.with_context(lang=lang).name for lang in LANGUAGES]

    @users('user_sales_manager')
    def test_proposed_from_the_condition(self):
        requirement = self.env['crm.stage.requirement'].create({
            'stage_id': self.stage_qualified.id, 'kind': 'domain', 'domain': "[('date_deadline', '>=', 'today')]"})
        self.assertEqual(
            self._get_names(requirement), ["Expected Closing is on or after today", "Ngày đóng dự kiến từ hôm nay trở đi"])
        requirement.domain = "[('date_deadline', '>=', 'now')]"
        self.assertEqual(requirement.name, "Expected Closing is on or after now", "it follows")
        requirement.with_context(lang='vi_VN').name = "Chưa quá hạn"
        requirement.domain = "[('partner_id.vat', '!=', False)]"
        self.assertEqual(self._get_names(requirement), ["Tax ID of the customer", "Chưa quá hạn"], "each language for itself")
        requirement.with_context(lang='vi_VN').name = False
        self.assertEqual(self._get_names(requirement), ["Tax ID of the customer", "Mã số thuế của khách hàng"])

    @users('user_sales_manager')
    def test_own_name_stays(self):
        requirement = self._require(self.stage_qualified, 'phone', name="Zalo").with_env(self.env)
        requirement.field_id = self.env['ir.model.fields'].sudo()._get('crm.lead', 'date_deadline')
        self.assertEqual(requirement.name, "Zalo")
