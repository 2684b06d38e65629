"""What requirements say, in words: for the administrator as a sentence, for the salesperson by default as a name."""
from odoo import api, fields, models
from odoo.tools import format_list

from ..domain_words import DomainWords


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    sentence = fields.Char(
        "What It Says", compute='_compute_sentence', help="What the requirement does, in words.")
    proposed_name = fields.Char(
        compute='_compute_proposed_name', help="What the salesperson reads where nothing else is said.")

    @api.depends_context('lang', 'uid', 'allowed_company_ids')
    @api.depends('kind', 'field_id', 'property_name', 'domain')
    def _compute_proposed_name(self):
        properties = self._read_properties()
        for requirement in self:
            requirement.proposed_name = requirement._describe(requirement._get_words(properties), 'name')

    @api.depends_context('lang', 'uid', 'allowed_company_ids')
    @api.depends('kind', 'field_id', 'property_name', 'domain', 'condition', 'level', 'scope', 'team_ids', 'company_id')
    def _compute_sentence(self):
        properties = self._read_properties()
        for requirement in self:
            words = requirement._get_words(properties)
            demand = requirement._describe(words, 'demand')
            requirement.sentence = demand and requirement._build_sentence(words, demand, properties)

    def _build_sentence(self, words, demand, properties):
        effect = self._describe_effect(properties)
        if not self.condition:
            return self.env._("%(demand)s. %(effect)s", demand=_capitalize(demand), effect=effect)
        condition = self._describe_domain(words, self.condition, 'state') or self.condition
        return self.env._("When %(condition)s, %(demand)s. %(effect)s", condition=condition, demand=demand, effect=effect)

    def _get_words(self, properties):
        currency = (self.company_id or self.env.company).currency_id
        return DomainWords(self.env['crm.lead'], currency, properties)

    def _read_properties(self):
        """Return the properties of all teams, if any is looked at; see ``crm.team._get_lead_properties``."""
        is_asked = any(
            requirement.property_name or 'lead_properties' in f'{requirement.domain}{requirement.condition}'
            for requirement in self)
        return self.env['crm.team']._get_lead_properties() if is_asked else {}

    def _describe(self, words, mood):
        """Return what is asked, or ``False`` where nothing is, or nothing that can be read.

        :param words: :class:`DomainWords`
        :param str mood: ``'name'`` (for the salesperson), ``'state'`` or ``'demand'``
        """
        if self.kind != 'domain':
            if not self.field_id:
                return False
            name = self.field_id.sudo().name  # sudo: ir.model.fields - its ACL is for administrators
            path = f'{name}.{self.property_name}' if self.property_name else name
            return words.get_label(path) if mood == 'name' else words.demand_field(name, self.property_name)
        return self._describe_domain(words, self.domain, mood)

    @api.model
    def _describe_domain(self, words, text, mood):
        if preset := self._find_preset(text):
            return preset[mood]
        try:
            said = words.demand(text) if mood == 'demand' else words.state(text)
            return _capitalize(said) if mood == 'name' else said
        except (KeyError, TypeError, ValueError):
            return False  # no domain: it is refused when it is saved

    def _describe_effect(self, properties):
        """Return whether it blocks, where and for whom."""
        effects = {
            'block_onward': self.env._("Blocks, also in later stages"),
            'block_stage': self.env._("Blocks, in this stage only"),
            'warn_onward': self.env._("Warns, also in later stages"),
            'warn_stage': self.env._("Warns, in this stage only"),
        }
        effect = effects[f"{self.level or 'block'}_{self.scope or 'onward'}"]
        # sudo: crm.team, res.company - the names that the requirement shows anyway
        teams, company = self.team_ids.sudo(), self.company_id.sudo()
        if self.property_name:  # asked of nobody else
            owners = teams.browse(properties.get(self.property_name, {}).get('team_ids', ()))
            teams = (teams & owners) or owners
        names = format_list(self.env, teams.mapped('name'))
        if teams and company:
            return self.env._("%(effect)s, for %(teams)s in %(company)s.", effect=effect, teams=names, company=company.name)
        if teams:
            return self.env._("%(effect)s, for %(teams)s.", effect=effect, teams=names)
        if company:
            return self.env._("%(effect)s, in %(company)s.", effect=effect, company=company.name)
        return self.env._("%(effect)s.", effect=effect)

    # ------------------------------------------------------------
    # NAMES
    # ------------------------------------------------------------

    @api.model
    def _get_name_languages(self):
        return sorted({'en_US', *(code for code, _name in self.env['res.lang'].get_installed())})

    def _get_proposed_languages(self):
        """Return ``{requirement: languages in which it is called what is proposed}``."""
        return {requirement: requirement._get_own_proposed_languages() for requirement in self}

    def _get_own_proposed_languages(self):
        by_language = {lang: self.with_context(lang=lang) for lang in self._get_name_languages()}
        source = by_language['en_US']
        # What is not translated is called as in English.
        return [
            lang for lang, requirement in by_language.items()
            if requirement.name in (False, '', requirement.proposed_name)
            or requirement.name == source.name == source.proposed_name]

    def _take_proposed_names(self, languages):
        """Call requirements what is proposed, in some languages each.

        :param dict languages: ``{requirement: list of languages}``
        """
        for requirement, codes in languages.items():
            names = {lang: requirement.with_context(lang=lang).proposed_name for lang in codes}
            if names := {lang: name for lang, name in names.items() if name}:
                requirement.update_field_translations('name', names)


def _capitalize(text):
    return text[:1].upper() + text[1:]
