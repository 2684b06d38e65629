"""What a requirement may say, and what becomes of one that no longer may."""
import logging
import math

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import OrderedSet

from ..filled import NUMBER_TYPES
from ..stage_rules import parse_domain

_logger = logging.getLogger(__name__)

ANY_OPERATORS = ('any', 'not any')
COLLECTION_TYPES = (list, tuple, set, OrderedSet)
EQUALITY_OPERATORS = ('=', '!=', 'in', 'not in')


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    @api.constrains('kind', 'field_id')
    def _check_field(self):
        suitable = self.env['ir.model.fields'].sudo().search(  # sudo: ir.model.fields - its ACL is for administrators
            Domain('id', 'in', self.field_id.ids) & Domain(self._get_suitable_field_domain()))
        for requirement in self.filtered(lambda requirement: requirement.kind == 'field'):
            if requirement.field_id not in suitable:
                raise ValidationError(self.env._(
                    "“%(field)s” cannot be required: choose a field of the opportunity that a salesperson can edit.",
                    field=requirement.field_id.sudo().field_description))  # sudo: ir.model.fields - the label
            requirement._check_readable(Domain(requirement.field_name, '!=', False))

    @api.constrains('kind', 'field_id', 'property_name')
    def _check_property(self):
        named = self.filtered('property_name')
        properties = self.env['crm.team']._get_lead_properties() if named else {}
        for requirement in named:
            if requirement.kind != 'field' or requirement.field_name != 'lead_properties':
                raise ValidationError(self.env._("One property can only be asked for with the field “Properties”."))
            if requirement.property_name not in properties:
                raise ValidationError(self.env._("No sales team has this property of opportunities: choose another one."))

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
                "Write a list such as [('expected_revenue', '>=', 10000000)], with plain, finite values.",
                domain=text, error=error)) from error

    def _check_domain(self, text):
        """Refuse what would fail later, when a salesperson moves an opportunity, or tell more than its author may know.

        :raise ValidationError: naming the domain and what is wrong with it
        """
        domain = self._parse(text)
        try:
            # A savepoint, since PostgreSQL itself refuses a value of the wrong type.
            with self.env.cr.savepoint():
                self._check_words(domain)
                # sudo: crm.lead - requirements are evaluated for everybody alike
                self.env['crm.lead'].sudo().with_context(active_test=False).search(domain, limit=1)
        except ValidationError:
            raise
        except Exception as error:
            _logger.info("Refused the domain %r of a stage requirement", text, exc_info=True)
            raise ValidationError(self.env._(
                "The condition “%(domain)s” does not work on opportunities: %(error)s",
                domain=text, error=str(error).strip().splitlines()[0] if str(error) else type(error).__name__,
            )) from error

    def _check_words(self, domain):
        """Refuse what can be refused without asking the database; see :meth:`_check_domain`."""
        self._check_readable(domain)
        self._check_numbers(domain)

    @api.model
    def _check_numbers(self, domain):
        """Refuse text that PostgreSQL reads as no number, or as more than any.

        :raise ValueError: naming the condition
        """
        numeric = {name for name, field in self.env['crm.lead']._fields.items() if field.type in NUMBER_TYPES}
        for condition in domain.iter_conditions():
            values = condition.value if isinstance(condition.value, COLLECTION_TYPES) else [condition.value]
            if condition.field_expr in numeric and not all(math.isfinite(float(value or 0)) for value in values):
                raise ValueError(f"{condition.value!r} is not finite")

    # ------------------------------------------------------------
    # WHAT THE AUTHOR MAY READ
    # ------------------------------------------------------------

    def _check_readable(self, domain, author=None):
        """Refuse a domain that looks at what its author may not read: rules are evaluated for everybody alike.

        :param author: ``res.users``; by default the present one, whatever the environment may do
        :raise ValidationError: naming the field
        """
        author = author or self.env.user
        if author._is_superuser():
            return
        if path := self._find_unreadable(self.env['crm.lead'].with_user(author), domain):
            raise ValidationError(self.env._(
                "A condition cannot look at “%(field)s”: you may not read it yourself, and the condition would tell "
                "everybody. Choose another field, or ask an administrator who may.", field=path))

    @api.model
    def _find_unreadable(self, model, domain):
        """Return the first path in a domain that leads to what the model's user may not read, or ``''``."""
        for condition in domain.iter_conditions():
            comodel, readable = self._follow(model, condition.field_expr)
            if not readable:
                return condition.field_expr
            if condition.operator in ANY_OPERATORS:
                if comodel is None or not comodel.has_access('read'):
                    return condition.field_expr
                if path := self._find_unreadable(comodel, Domain(condition.value)):
                    return f'{condition.field_expr}.{path}'
            elif comodel is not None and self._looks_inside(condition) and not comodel.has_access('read'):
                return condition.field_expr
        return ''

    @api.model
    def _follow(self, model, path):
        """Return the model that a path leads to (``None``: to a value), and whether the user may go there."""
        for name in path.split('.'):
            if model is None or not model.has_access('read'):
                return model, model is None  # beyond a value are parts of it: of a date, of properties
            field = model._fields.get(name)
            if field is None:
                raise ValueError(f"Invalid field {model._name}.{name}")
            if not model._has_field_access(field, 'read'):
                return None, False
            model = model.env[field.comodel_name] if field.relational else None
        return model, True

    @api.model
    def _looks_inside(self, condition):
        """Whether a condition on a relation depends on more than which records it leads to."""
        if condition.operator not in EQUALITY_OPERATORS:
            return True
        values = condition.value if isinstance(condition.value, COLLECTION_TYPES) else [condition.value]
        return any(isinstance(value, str) for value in values)

    # ------------------------------------------------------------
    # WHAT REQUIREMENTS NAME
    # ------------------------------------------------------------

    @api.model
    def _refuse_deleting(self, field_name, records):
        """Keep what requirements are limited to: without it, they would hold for everybody.

        :raise UserError: naming the requirements
        """
        # sudo: crm.stage.requirement - archived ones and those of other companies too
        requirements = self.sudo().with_context(active_test=False).search([(field_name, 'in', records.ids)])
        if requirements:
            raise UserError(self.env._(
                "Requirements of stages are limited to this: %(requirements)s. Change or delete them first.",
                requirements=", ".join(f"{requirement.name} ({requirement.stage_id.name})" for requirement in requirements)))

    # ------------------------------------------------------------
    # RULES THAT NO LONGER HOLD
    # ------------------------------------------------------------

    def _register_hook(self):
        super()._register_hook()
        self._deactivate_invalid()

    @api.model
    def _deactivate_invalid(self):
        """Archive requirements that are no longer valid, and ask the sales administrators to look at them.

        What they name may go with an uninstalled module; those of earlier versions may look at what their author may
        not read. It is done when the registry is loaded, which is what follows such a change.
        """
        # sudo: crm.stage.requirement - those of all companies
        requirements = self.sudo().search([('active', '=', True)])
        invalid = requirements.filtered(lambda requirement: not requirement._is_valid())
        if not invalid:
            return
        for requirement in invalid:
            _logger.warning("Stage requirement %s (%s) is archived: it is no longer valid", requirement.id, requirement.name)
        invalid.active = False
        # sudo: res.users, mail.activity - the administrators of all companies
        administrators = self.env.ref('sales_team.group_sale_manager').sudo().user_ids.filtered(lambda user: not user.share)
        self.env['mail.activity'].sudo().create([
            {
                'user_id': user.id,
                'summary': requirement.with_context(lang=user.lang).env._("Stage requirement no longer valid"),
                'note': requirement.with_context(lang=user.lang).env._(
                    "“%(requirement)s” of the stage “%(stage)s” was archived: what it looks at no longer exists, or its "
                    "author may not read it. Correct or delete it in the stage.",
                    requirement=requirement.name, stage=requirement.stage_id.with_context(lang=user.lang).name),
            }
            for requirement in invalid for user in administrators
        ])

    def _is_valid(self):
        """Whether what the requirement looks at exists, and its author may read it."""
        if not self._prepare_stage_rule():
            return False
        author = self.write_uid
        if not self.browse().with_user(author).has_access('write'):
            return True  # of one who has left, or has another job now: it was checked when it was written
        texts = [self.domain] if self.kind == 'domain' else []
        domains = [parse_domain(text, author.id) for text in (*texts, self.condition) if text]
        if self.kind == 'field':
            domains.append(Domain(self.field_name, '!=', False))
        try:
            for domain in domains:
                self._check_readable(domain, author)
        except ValidationError:
            return False
        return True
