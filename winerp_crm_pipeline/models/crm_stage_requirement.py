import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ..stage_rules import StageRule, StageRules, parse_domain

_logger = logging.getLogger(__name__)

# Fields of an opportunity that nobody fills in to go on.
UNSUITABLE_FIELDS = (
    'active', 'stage_id', 'type', 'probability', 'lost_reason_id', 'color',
    'message_ids', 'message_follower_ids', 'message_partner_ids', 'website_message_ids', 'rating_ids',
)


class CrmStageRequirement(models.Model):
    """What an opportunity must have to be in a stage.

    A requirement of kind *field* is met when the field is filled; what that means
    depends on its type (see ``crm.lead._is_value_filled``). One of kind
    *domain* is met when the opportunity matches the domain.

    It applies to the opportunities of its teams and company that match ``condition``,
    in its own stage and, with scope *onward*, in every later stage of their team.

    Domains are literals; ``uid`` is the user who moves the opportunity, and dates may
    be relative as everywhere in Odoo (``'today'``, ``'-7d'``).
    """
    _name = 'crm.stage.requirement'
    _description = "Stage Requirement"
    _order = 'sequence, id'
    _check_company_auto = True

    stage_id = fields.Many2one('crm.stage', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [('field', "Field"), ('domain', "Condition")], required=True, default='field',
        help="Field: the field must be filled. Condition: the opportunity must match it.")
    field_id = fields.Many2one(
        'ir.model.fields', ondelete='cascade', index='btree_not_null',
        domain=lambda self: self._get_suitable_field_domain(),
        help="What the salesperson must have filled in. 0 and an unticked box count as not filled: "
             "where they are a valid answer, use a condition.")
    field_name = fields.Char("Technical Name", related='field_id.name', store=True)
    domain = fields.Char("Must Match", help="What the opportunity must match, e.g. a minimum expected revenue.")
    name = fields.Char(
        "What Is Asked", translate=True,
        compute='_compute_name', store=True, readonly=False, precompute=True,
        help="What the salesperson reads. By default the label of the field.")
    condition = fields.Char("Only If", help="Applies only to opportunities that match. Empty: to all.")
    team_ids = fields.Many2many(
        'crm.team', 'crm_stage_requirement_team_rel', 'requirement_id', 'team_id', string="Only for Teams",
        check_company=True, help="Applies only to opportunities of these teams. Empty: to all.")
    company_id = fields.Many2one(
        'res.company', "Only for Company", index='btree_not_null', ondelete='cascade',
        help="Applies only to opportunities of this company. Empty: to all.")
    level = fields.Selection(
        [('block', "Block"), ('warn', "Warning")], required=True, default='block',
        help="Block: the opportunity does not enter the stage. Warning: it does, and the salesperson sees what is missing.")
    scope = fields.Selection(
        [('onward', "This stage and later"), ('stage', "This stage only")], required=True, default='onward',
        help="A requirement that also holds in every later stage cannot be avoided by skipping this stage.")

    lacking_count = fields.Integer(
        "Lacking It Now", compute='_compute_lacking_count',
        help="Open opportunities in the stages where this holds that do not meet it.")

    _field_or_domain = models.Constraint(
        "CHECK ((kind = 'field' AND field_id IS NOT NULL) OR (kind = 'domain' AND domain IS NOT NULL))",
        "A requirement needs a field or a condition.",
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends('kind', 'field_id')
    def _compute_name(self):
        for requirement in self:
            if requirement.kind == 'field' and requirement.field_id:
                requirement.name = requirement.field_id.field_description

    @api.depends_context('uid', 'allowed_company_ids')
    @api.depends('stage_id', 'kind', 'field_id', 'domain', 'condition', 'team_ids', 'company_id', 'scope')
    def _compute_lacking_count(self):
        self.lacking_count = 0
        requirements = {number: requirement for number, requirement in enumerate(self) if requirement.stage_id}
        queries = [
            query.select(SQL("%s, COUNT(*)", number)) for number, requirement in requirements.items()
            if not (query := self.env['crm.lead']._search(requirement._get_lacking_domain())).is_empty()
        ]
        if queries:
            for number, count in self.env.execute_query(SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)):
                requirements[number].lacking_count = count

    @api.model
    def _get_suitable_field_domain(self):
        """Return the domain of the fields that a requirement may name."""
        return [
            ('model', '=', 'crm.lead'), ('readonly', '=', False),
            ('name', 'not in', UNSUITABLE_FIELDS), ('ttype', 'not in', ('properties_definition', 'json')),
        ]

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains('kind', 'field_id')
    def _check_field(self):
        suitable = self.env['ir.model.fields'].sudo().search(  # sudo: ir.model.fields - its ACL is for administrators
            Domain('id', 'in', self.field_id.ids) & Domain(self._get_suitable_field_domain()))
        for requirement in self.filtered(lambda requirement: requirement.kind == 'field'):
            if requirement.field_id not in suitable:
                raise ValidationError(self.env._(
                    "“%(field)s” cannot be required: choose a field of the opportunity that a salesperson can edit.",
                    field=requirement.field_id.field_description))

    @api.constrains('kind', 'name')
    def _check_name(self):
        for requirement in self:
            if not (requirement.name or '').strip():
                raise ValidationError(self.env._("Say what is asked of the salesperson, e.g. “Tax ID of the customer”."))

    @api.constrains('kind', 'domain', 'condition')
    def _check_domains(self):
        for requirement in self:
            if requirement.kind == 'domain':
                if requirement._parse(requirement.domain).is_true():
                    raise ValidationError(self.env._(
                        "The condition “%(name)s” is empty, so every opportunity meets it.", name=requirement.name))
                requirement._check_domain(requirement.domain)
            if requirement.condition:
                requirement._check_domain(requirement.condition)

    def _parse(self, text):
        try:
            return parse_domain(text, self.env.uid)
        except ValueError as error:
            raise ValidationError(self.env._(
                "“%(domain)s” is not a condition that can be evaluated: %(error)s\n"
                "Write a list such as [('expected_revenue', '>=', 10000000)], with plain values.",
                domain=text, error=error)) from error

    def _check_domain(self, text):
        """Refuse what would fail later, when a salesperson moves an opportunity.

        :raise ValidationError: naming the domain and what is wrong with it
        """
        domain = self._parse(text)
        try:
            # A savepoint, since PostgreSQL itself refuses a value of the wrong type.
            with self.env.cr.savepoint():
                # sudo: crm.lead - requirements are evaluated for everybody alike
                self.env['crm.lead'].sudo().with_context(active_test=False).search(domain, limit=1)
        except Exception as error:
            _logger.info("Refused the domain %r of a stage requirement", text, exc_info=True)
            raise ValidationError(self.env._(
                "The condition “%(domain)s” does not work on opportunities: %(error)s",
                domain=text, error=str(error).strip().splitlines()[0] if str(error) else type(error).__name__,
            )) from error

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        requirements = super().create(vals_list)
        requirements._translate_default_names()
        self.env.registry.clear_cache()
        return requirements

    def write(self, vals):
        result = super().write(vals)
        if 'field_id' in vals and 'name' not in vals:
            self._translate_default_names()
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=''):
        self.env.registry.clear_cache()
        return super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)

    def _translate_default_names(self):
        """Give a requirement named after its field that name in every installed language."""
        languages = [code for code, _name in self.env['res.lang'].get_installed()]
        for requirement in self.filtered('field_id'):
            # sudo: ir.model.fields - its ACL is for administrators, its labels are on every screen
            field = requirement.field_id.sudo()
            if requirement.name == field.field_description:
                requirement.update_field_translations('name', {
                    code: field.with_context(lang=code).field_description for code in {'en_US', *languages}
                })

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    @ormcache()
    def _get_stage_rules(self):
        """Return the active requirements of all stages as :class:`StageRules`."""
        # sudo: crm.stage, crm.stage.requirement - the rules of other companies are part of the one cached value
        stages = self.env['crm.stage'].sudo().search_fetch([], ['sequence', 'team_ids', 'is_won'])
        rules = self.sudo().with_context(active_test=True).search([('stage_id', 'in', stages.ids)])
        return StageRules(
            [rule for requirement in rules if (rule := requirement._prepare_stage_rule())],
            {stage.id: (stage.sequence, frozenset(stage.team_ids.ids), stage.is_won) for stage in stages},
        )

    @api.model
    @ormcache('lang')
    def _get_rule_names(self, lang):
        """Return ``{id: name}`` of all active requirements in a language, without a query from the second time on."""
        # sudo: crm.stage.requirement - those of all companies are cached together
        requirements = self.sudo().with_context(lang=lang).search_fetch([], ['name'])
        return {requirement.id: requirement.name for requirement in requirements}

    def _prepare_stage_rule(self):
        """Return the requirement as plain data, or ``None`` if its field or domain has gone.

        An uninstalled module must never keep salespeople from working.
        """
        try:
            condition_fields = self._get_domain_fields(self.condition)
            value_fields = {self.field_name} if self.kind == 'field' else self._get_domain_fields(self.domain)
        except ValueError:
            _logger.warning("Stage requirement %s (%s) is ignored: it is no longer valid", self.id, self.name)
            return None
        if not (value_fields | condition_fields) <= set(self.env['crm.lead']._fields):
            return None
        return StageRule(
            id=self.id, stage_id=self.stage_id._origin.id, kind=self.kind, level=self.level, scope=self.scope,
            field_name=self.field_name or '', domain=self.domain or '', condition=self.condition or '',
            team_ids=frozenset(self.team_ids.ids), company_id=self.company_id._origin.id or False,
            value_fields=frozenset(value_fields), watched_fields=frozenset(value_fields | condition_fields),
        )

    def _get_lacking_domain(self):
        """Return the domain of the open opportunities that do not meet the requirement."""
        self.ensure_one()
        rule = self._prepare_stage_rule()
        if not rule or not (rule.field_name or rule.domain):
            return Domain.FALSE
        return Domain('won_status', '=', 'pending') & self.env['crm.lead']._get_lacking_domain(self._get_stage_rules(), rule)

    def action_open_lacking(self):
        """Open the open opportunities that do not meet the requirement."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('winerp_crm_pipeline.crm_lead_missing_information_action')
        leads = self.env['crm.lead'].search(self._get_lacking_domain())
        return {**action, 'name': self.env._("Lacking: %(name)s", name=self.name), 'domain': [('id', 'in', leads.ids)]}

    def _register_hook(self):
        super()._register_hook()
        self._deactivate_invalid()

    @api.model
    def _deactivate_invalid(self):
        """Archive requirements that are no longer valid, and ask the sales administrators to look at them.

        What they name may go with an uninstalled module. It is done when the registry is
        loaded, which is what follows such a change.
        """
        # sudo: crm.stage.requirement - those of all companies
        requirements = self.sudo().search([('active', '=', True)])
        invalid = requirements.filtered(lambda requirement: not requirement._prepare_stage_rule())
        if not invalid:
            return
        invalid.active = False
        # sudo: res.users, mail.activity - the administrators of all companies
        administrators = self.env.ref('sales_team.group_sale_manager').sudo().user_ids.filtered(lambda user: not user.share)
        self.env['mail.activity'].sudo().create([
            {
                'user_id': user.id,
                'summary': requirement.with_context(lang=user.lang).env._("Stage requirement no longer valid"),
                'note': requirement.with_context(lang=user.lang).env._(
                    "“%(requirement)s” of the stage “%(stage)s” was archived: what it looks at no longer exists. "
                    "Correct or delete it in the stage.",
                    requirement=requirement.name, stage=requirement.stage_id.with_context(lang=user.lang).name),
            }
            for requirement in invalid for user in administrators
        ])

    def _get_domain_fields(self, text):
        """Return the names of the fields of crm.lead that a domain looks at."""
        domain = parse_domain(text, self.env.uid)
        domain.validate(self.env['crm.lead'].sudo())  # sudo: crm.lead - as in _check_domain
        return {condition.field_expr.split('.')[0] for condition in domain.iter_conditions()}

    def _prepare_missing_values(self):
        """Return what a client is told of a missing requirement, see ``StageRequirementError``."""
        return [
            {'id': requirement.id, 'name': requirement.name, 'field_name': requirement.field_name, 'level': requirement.level}
            for requirement in self
        ]
