"""Requirements of stages: what they say, and the same as plain data."""
from odoo import api, fields, models

from ..stage_data import StageRule
from ..stage_rules import parse_domain

# Fields of an opportunity that are its customer's, by the name they have there: conditions ask for them.
CUSTOMER_FIELDS = {
    name: f'customer_{name}' for name in ('vat', 'phone', 'email', 'street', 'city', 'zip', 'state_id', 'country_id')}
# Fields of an opportunity that nobody fills in to go on.
UNSUITABLE_FIELDS = (
    'active', 'stage_id', 'type', 'probability', 'lost_reason_id', 'color',
    *CUSTOMER_FIELDS.values(), 'message_ids', 'message_follower_ids', 'message_partner_ids', 'website_message_ids', 'rating_ids',
)


# What decides what a requirement is called where nobody says it.
NAMING_FIELDS = {'kind', 'field_id', 'property_name', 'domain', 'name'}


class CrmStageRequirement(models.Model):
    """What an opportunity must have to be in a stage.

    A requirement of kind *field* is met when the field is filled; what that means
    depends on its type (see ``filled.is_filled``). One of kind
    *domain* is met when the opportunity matches the domain.

    It applies to the opportunities of its teams and company that match ``condition``,
    in its own stage and, with scope *onward*, in every later stage of their team.

    Domains are literals; ``uid`` is the user who moves the opportunity, and dates may
    be relative as everywhere in Odoo (``'today'``, ``'-7d'``).
    """
    _name = 'crm.stage.requirement'
    _inherit = ['crm.stage.rules.mixin']
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
    field_name = fields.Char(  # not a related field: writing one writes the field of Odoo itself
        "Technical Name", compute='_compute_field_name', compute_sudo=True, store=True, readonly=False,
        help="Of the field. An import may name the field here, by its technical name or its label.")
    property_name = fields.Char(
        "Property", help="The one property that must be filled in, with the field “Properties”. "
                         "It is asked of the opportunities of the teams that have it.")
    domain = fields.Char("Must Match", help="What the opportunity must match, e.g. a minimum expected revenue.")
    name = fields.Char(
        "What Is Asked", translate=True,
        help="What the salesperson reads. Empty: the label of the field, or the condition in words.")
    condition = fields.Char("Only If", help="Applies only to opportunities that match. Empty: to all.")
    team_ids = fields.Many2many(
        'crm.team', 'crm_stage_requirement_team_rel', 'requirement_id', 'team_id', string="Only for Teams",
        check_company=True, ondelete='restrict', help="Applies only to opportunities of these teams. Empty: to all.")
    company_id = fields.Many2one(
        'res.company', "Only for Company", index='btree_not_null', ondelete='restrict',
        help="Applies only to opportunities of this company. Empty: to all.")
    level = fields.Selection(
        [('block', "Block"), ('warn', "Warning")], required=True, default='block',
        help="Block: the opportunity does not enter the stage. Warning: it does, and the salesperson sees what is missing.")
    scope = fields.Selection(
        [('onward', "This stage and later"), ('stage', "This stage only")], required=True, default='onward',
        help="A requirement that also holds in every later stage cannot be avoided by skipping this stage.")

    _field_or_domain = models.Constraint(
        "CHECK ((kind = 'field' AND field_id IS NOT NULL) OR (kind = 'domain' AND domain IS NOT NULL))",
        "A requirement needs a field or a condition.",
    )

    @api.model
    def _get_suitable_field_domain(self):
        """Return the domain of the fields that a requirement may name."""
        return [
            ('model', '=', 'crm.lead'), ('readonly', '=', False),
            ('name', 'not in', UNSUITABLE_FIELDS), ('ttype', 'not in', ('properties_definition', 'json')),
        ]

    @api.depends('field_id.name')
    def _compute_field_name(self):
        for requirement in self:
            requirement.field_name = requirement.field_id.name

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [
            vals if vals.get('name') else {**vals, 'name': self.new(vals).proposed_name} for vals in vals_list]
        requirements = super().create(vals_list)
        proposed = requirements.filtered(lambda requirement: requirement.name == requirement.proposed_name)
        proposed._take_proposed_names(dict.fromkeys(proposed, self._get_name_languages()))
        return requirements

    def write(self, vals):
        # A name that was proposed follows what is asked.
        languages = {} if vals.get('name') or NAMING_FIELDS.isdisjoint(vals) else self._get_proposed_languages()
        if 'name' in vals and not vals['name']:
            vals = {key: value for key, value in vals.items() if key != 'name'}
            languages = dict.fromkeys(self, self._get_name_languages())
        result = super().write(vals)
        self._take_proposed_names(languages)
        return result

    # ------------------------------------------------------------
    # PLAIN DATA
    # ------------------------------------------------------------

    def _prepare_stage_rule(self):
        """Return the requirement as plain data, or ``None`` if its field or domain has gone.

        An uninstalled module must never keep salespeople from working.
        """
        try:
            condition_fields = self._get_domain_fields(self.condition)
            value_fields = {self.field_name} if self.kind == 'field' else self._get_domain_fields(self.domain)
        except ValueError:
            return None
        if not (value_fields | condition_fields) <= set(self.env['crm.lead']._fields):
            return None
        return StageRule(
            id=self.id, stage_id=self.stage_id._origin.id, kind=self.kind, level=self.level, scope=self.scope,
            field_name=self.field_name or '', domain=self.domain or '', condition=self.condition or '',
            team_ids=frozenset(self.team_ids.ids), company_id=self.company_id._origin.id or False,
            value_fields=frozenset(value_fields), watched_fields=frozenset(value_fields | condition_fields),
            property_name=self.kind == 'field' and self.property_name or '',
        )

    def _get_domain_fields(self, text):
        """Return the names of the fields of crm.lead that a domain looks at."""
        domain = parse_domain(text, self.env.uid)
        domain.validate(self.env['crm.lead'].sudo())  # sudo: crm.lead - requirements are evaluated for everybody alike
        return {condition.field_expr.split('.')[0] for condition in domain.iter_conditions()}
