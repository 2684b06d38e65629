"""Whether opportunities meet rules: asked of the database, of all rules at once."""
import itertools
import json
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, Query, ormcache

from ..filled import filled_sql, is_filled
from ..stage_rules import parse_domain

# A condition of these on a value of these means the same to everybody, at any time.
LASTING_OPERATORS = ('=', '!=', 'in', 'not in', '<', '>', '<=', '>=')
LASTING_TYPES = ('boolean', 'char', 'float', 'integer', 'monetary', 'selection', 'text')


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------
    # WHETHER RULES ARE MET
    # ------------------------------------------------------------

    @api.model
    def _get_unmet_rules(self, rules_by_lead):
        """Return which of the given rules apply to opportunities and are not met: as they are stored, in one query.

        :param dict rules_by_lead: ``{lead: collection of StageRule}``
        :return: ``{lead: list of StageRule}``, with unmet rules and leads that have some only
        """
        collections = {id(rules): rules for rules in rules_by_lead.values()}  # many leads share the same few
        numbers = {rule: number for number, rule in enumerate(set().union(*collections.values()))}
        leads = self.browse(lead.id for lead in rules_by_lead)
        matches = leads._get_matches([self._get_unmet_domain(rule) for rule in numbers])
        if not matches:
            return {}
        unmet = {
            lead: [rule for rule in lead_rules if matches[lead.id][numbers[rule]]]
            for lead, lead_rules in rules_by_lead.items() if lead.id in matches
        }
        return {lead: lead_rules for lead, lead_rules in unmet.items() if lead_rules}

    def _get_rule_states(self, rules):
        """Return which rules do not apply to opportunities, and which they lack, in one query.

        :param rules: collection of ``StageRule``
        :return: ``{id: (frozenset of rules that do not apply, frozenset of rules that are not met)}``, without those of
            which all rules apply and are met; ids of new records are the new ids
        """
        rules = list(rules)
        conditional = [rule for rule in rules if rule.condition]
        matches = self._get_matches([
            *(~self._get_matching_domain(rule.condition) for rule in conditional),
            *(self._get_unmet_domain(rule) for rule in rules),
        ])
        states = {
            row: (frozenset(itertools.compress(conditional, row)), frozenset(itertools.compress(rules, row[len(conditional):])))
            for row in set(matches.values())
        }
        return {lead_id: states[row] for lead_id, row in matches.items()}

    def _get_matches(self, domains):
        """Return which domains the records match: of those stored, in one query.

        The domains are columns of one scan, of which only the rows come back that match something: the question should
        be what is wrong, so that nothing comes back where nothing is.

        :return: ``{id: tuple of bool, for each domain}``, without those that match none
        """
        # sudo: crm.lead - a requirement holds whatever its salesperson may read
        leads = self.sudo().with_context(active_test=False)
        stored_ids = tuple(filter(None, self._ids))
        matches = {}
        if stored_ids and domains:
            query = Query(self.env, self._table, self._table_sql)
            lead_id = SQL.identifier(self._table, 'id')
            query.add_where(SQL("%s IN %s", lead_id, stored_ids))
            columns = [leads._get_domain_sql(domain, self._table, query) for domain in domains]
            # OFFSET 0: each condition is evaluated once, not in both places
            matches = {row_id: tuple(row) for row_id, row in self.env.execute_query(SQL(
                "SELECT id, matches FROM (%s OFFSET 0) AS lead WHERE TRUE = ANY(matches)",
                query.select(lead_id, SQL("ARRAY[%s] AS matches", SQL(", ").join(columns)))))}
        if len(stored_ids) < len(self._ids):
            new_leads = leads.filtered(lambda lead: not lead.id)
            matching_ids = [set(new_leads.filtered_domain(domain)._ids) for domain in domains]
            rows = {lead_id: tuple(lead_id in ids for ids in matching_ids) for lead_id in new_leads._ids}
            matches.update((lead_id, row) for lead_id, row in rows.items() if any(row))
        return matches

    # ------------------------------------------------------------
    # THE SAME, AS DOMAINS
    # ------------------------------------------------------------

    @api.model
    def _get_lacking_domain(self, rules):
        """Return the domain of the opportunities that lack in their stage what one of some rules asks for.

        It is one condition within the query of whoever searches: an opportunity is asked what its stage requires, and
        nothing else.

        :param rules: collection of ``StageRule``
        """
        all_rules = self._get_stage_rules()
        demands = defaultdict(list)
        for rule in rules:
            demands[rule.stage_id].append((rule, frozenset()))
            for stage_id in all_rules.get_later_stage_ids(rule):
                demands[stage_id].append((rule, all_rules.get_team_ids(rule.stage_id)))
        stage_ids = defaultdict(list)  # what several stages ask for is said once
        for stage_id, stage_demands in demands.items():
            stage_ids[tuple(stage_demands)].append(stage_id)
        # sudo: crm.lead - a requirement holds whatever its salesperson may read
        leads = self.sudo().with_context(active_test=False)
        lacking = Domain('type', '=', 'opportunity') & Domain.OR(
            Domain('stage_id', 'in', ids) & Domain.OR(self._get_demand_domain(*demand) for demand in stage_demands)
            for stage_demands, ids in stage_ids.items())
        if lacking.is_false():
            return lacking
        return Domain.custom(to_sql=lambda _model, alias, query: leads._get_domain_sql(lacking, alias, query))

    @api.model
    def _get_demand_domain(self, rule, passing_team_ids):
        """Return the domain of what a rule applies to and does not meet it, in a stage where it holds.

        :param passing_team_ids: of the teams that pass the stage of the rule; empty: all
        """
        domain = self._get_unmet_domain(rule)
        for team_ids in (rule.team_ids, passing_team_ids):
            if team_ids:
                domain &= Domain('team_id', 'in', list(team_ids))
        if rule.company_id:
            domain &= Domain('company_id', '=', rule.company_id)
        return domain

    @api.model
    @ormcache('rule', 'self.env.uid')
    def _get_unmet_domain(self, rule):
        """Return the domain of what a rule applies to and does not meet it, were it in the stage, team and company."""
        domain = self._make_unmet_domain(rule)
        if not self._is_in_row(rule):
            return domain
        return Domain.custom(
            to_sql=lambda model, alias, _query: model._get_unmet_sql(rule, alias),
            predicate=lambda lead: bool(lead.filtered_domain(domain)))

    @api.model
    @ormcache('rule', 'alias', 'self.env.uid')
    def _get_unmet_sql(self, rule, alias):
        return self._get_domain_sql(self._make_unmet_domain(rule), alias, None)

    @api.model
    def _is_in_row(self, rule):
        """Whether the row of an opportunity says if it meets a rule: by the same SQL condition at any time."""
        texts = [rule.condition, *([rule.domain] if rule.kind == 'domain' else [])]
        if any(self._get_lasting_domain(text, self.env.uid) is None for text in texts):
            return False
        return rule.kind == 'domain' or (not rule.property_name and self._is_in_column(self._fields[rule.field_name]))

    @api.model
    def _make_unmet_domain(self, rule):
        is_met = self._get_matching_domain(rule.domain) if rule.kind == 'domain' else self._get_filled_domain(rule.field_name)
        if rule.property_name:
            is_met = self._get_filled_property_domain(rule.property_name)
        return self._get_matching_domain(rule.condition) & ~is_met if rule.condition else ~is_met

    @api.model
    def _get_matching_domain(self, text):
        """Return the domain that a text holds such that its negation is all the rest, whatever is empty."""
        uid = self.env.uid
        return Domain.custom(
            to_sql=lambda model, alias, query: model._get_domain_sql(
                model._get_lasting_domain(text, uid) or parse_domain(text, uid), alias, query),
            predicate=lambda lead: bool(lead.filtered_domain(parse_domain(text, uid))))

    @api.model
    @ormcache('text', 'uid')
    def _get_lasting_domain(self, text, uid):
        """Return the domain that a text holds, ready for SQL, or ``None`` if that may be another one next time."""
        domain = parse_domain(text, uid)
        is_lasting = all(self._is_lasting(condition) for condition in domain.iter_conditions())
        return domain.optimize_full(self) if is_lasting else None

    @api.model
    def _is_lasting(self, condition):
        """Whether a condition is a comparison in the row of the opportunity, and depends on no time and no name."""
        field = self._fields.get(condition.field_expr)
        if not field or not self._is_in_column(field):
            return False
        values = condition.value if isinstance(condition.value, (list, tuple)) else [condition.value]
        if condition.operator not in LASTING_OPERATORS or not isinstance(values, (list, tuple)):
            return False
        return field.type in LASTING_TYPES or all(
            value is False or (field.type == 'many2one' and isinstance(value, int)) for value in values)

    @api.model
    def _is_in_column(self, field):
        """Whether the row of an opportunity holds a field, with one value for all companies and languages."""
        return bool(field.store and field.column_type and not field.company_dependent and not field.translate)

    @api.model
    def _get_filled_domain(self, field_name):
        """Return the domain of the opportunities where a field is filled, see ``filled.is_filled``."""
        field = self._fields[field_name]
        if field.store and field.column_type:
            return Domain.custom(
                to_sql=lambda model, alias, query: filled_sql(field, model._field_to_sql(alias, field_name, query)),
                predicate=lambda lead: is_filled(field, lead[field_name]))
        return Domain(field_name, 'not in', [False, 0] if field.type in ('integer', 'float', 'monetary') else [False])

    @api.model
    def _get_filled_property_domain(self, name):
        """Return the domain of the opportunities where a property is filled, or which their team does not have."""
        field = self._fields['lead_properties']

        def to_sql(model, alias, query):
            properties = model._field_to_sql(alias, field.name, query)
            return SQL(
                "(%s OR NOT EXISTS (SELECT 1 FROM crm_team WHERE id = %s AND lead_properties_definition @> %s::jsonb))",
                filled_sql(field, SQL("jsonb_build_object('value', %s -> %s)", properties, name)),
                model._field_to_sql(alias, 'team_id', query), json.dumps([{'name': name}]))

        def is_met(lead):
            return not lead._has_property(name) or is_filled(field, {name: (lead.lead_properties or {}).get(name)})

        return Domain.custom(to_sql=to_sql, predicate=is_met)

    def _has_property(self, name):
        """Whether the team of the opportunity has a property."""
        # sudo: crm.team - a requirement holds whatever its salesperson may read
        definitions = self.team_id.sudo().lead_properties_definition or ()
        return any(definition['name'] == name for definition in definitions)

    def _get_domain_sql(self, domain, alias, query):
        """Return a domain as an SQL condition, as the user of ``self`` sees it, in a query that another may have begun."""
        model = self.browse()  # of any currency, not of these
        # _to_sql: what Domain.custom is given; nothing else keeps the joins that conditions need
        return domain.optimize_full(model)._to_sql(model, alias, query)
