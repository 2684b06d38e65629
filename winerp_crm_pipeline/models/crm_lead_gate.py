"""The gate: one look at what is stored, after it was written. What may not be is undone and told."""
import contextlib

from odoo import api, models
from odoo.exceptions import MissingError
from odoo.tools import ormcache

from ..exceptions import StageRequirementError
from ..filled import is_filled
from ..stage_gate import (
    GATE_ENTRY,
    AssignmentPass,
    GateEntry,
    comes_from_outside,
    get_pass,
    is_loading,
    undone_on_error,
)

# What decides where an opportunity stands, and which requirements are for it.
POSITION_FIELDS = ('stage_id', 'type', 'active', 'team_id', 'company_id')
ENTERING_FIELDS = frozenset(['stage_id', 'type', 'active'])


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    @contextlib.contextmanager
    def _refusing(self, vals_list=None):
        """Leave nothing behind of what is refused inside, and tell a person how to go on.

        :param vals_list: of opportunities that are being created
        """
        if not self._get_stage_rules().may_refuse or is_loading(self.env):
            yield
            return
        try:
            with undone_on_error(self.env):
                yield
        except StageRequirementError as error:
            self._complete_refusal(error, vals_list)
            raise

    @api.model
    def _get_positions(self):
        """Return ``{id: stage id}``; ``None`` for a lead, ``False`` for an archived opportunity: no rule concerns them."""
        return {
            lead.id: (lead.active and lead.stage_id.id) if lead.type == 'opportunity' else None
            for lead in self
        }

    # ------------------------------------------------------------
    # BEFORE: what is at stake
    # ------------------------------------------------------------

    def _prepare_gate_entry(self, vals=None):
        """Note where opportunities stand before a write, and what they meet there that it could undo.

        :param dict vals: as for ``write``; ``None`` for whatever is done
        :return: :class:`GateEntry`, or ``None`` where there is nothing to look at afterwards
        """
        rules = self._get_stage_rules()
        if not rules or is_loading(self.env) or self._is_watched():
            return None
        touched = rules.watched_fields | ENTERING_FIELDS if vals is None else self._get_touched_fields(vals)
        if touched.isdisjoint(rules.watched_fields | ENTERING_FIELDS):
            return None
        positions = self._get_positions()
        # What leaves its stage is looked at there, whatever it met here.
        stage_id = vals.get('stage_id') if vals else None
        staying = self.filtered(lambda lead: positions[lead.id] == stage_id) if isinstance(stage_id, int) else self
        met_ids = staying._get_met_rule_ids(rules, touched, positions)
        if not met_ids and touched.isdisjoint(ENTERING_FIELDS):
            return None
        return GateEntry(rules, positions, met_ids, self._get_path_stages() if rules.paths else {})

    def _get_path_stages(self):
        """Return ``{id: stage id}``; ``None`` for a lead. An archived opportunity keeps its place: it goes no way around."""
        return {lead.id: lead.stage_id.id if lead.type == 'opportunity' else None for lead in self}

    def _is_watched(self):
        """Whether a method around this write looks at these opportunities itself, once for all."""
        entry = self.env.context.get(GATE_ENTRY)
        return isinstance(entry, GateEntry) and entry.positions.keys() >= set(self._ids)

    @api.model
    def _get_touched_fields(self, names):
        """Return the names of the fields of crm.lead that a write of some fields may change."""
        return frozenset().union(*(self._get_dependent_field_names(name) for name in names))

    @api.model
    @ormcache('name')
    def _get_dependent_field_names(self, name):
        """Return the name of a field and of those computed from it, on crm.lead."""
        field = self._fields.get(name)
        dependents = self.pool.get_dependent_fields(field) if field else ()
        return frozenset([name, *(dependent.name for dependent in dependents if dependent.model_name == self._name)])

    def _get_met_rule_ids(self, rules, touched, positions):
        """Return ``{lead id: ids of rules of its stage that are met and that the write could undo}``."""
        at_stake = {
            stage_id: [
                rule._replace(condition='') for rule in rules.in_stage(stage_id)
                if not touched.isdisjoint(rule.value_fields)
            ]
            for stage_id in set(positions.values()) - {None, False}
        }
        wanted = {lead: stakes for lead in self if (stakes := at_stake.get(positions[lead.id]))}
        # The values of fields are at hand: a write reads them. What is asked of them afterwards is what is stored.
        at_hand = {rule for stakes in at_stake.values() for rule in stakes if self._is_at_hand(rule)}
        unmet = self._get_unmet_rules({
            lead: asked for lead, stakes in wanted.items() if (asked := [rule for rule in stakes if rule not in at_hand])})
        met = {
            lead.id: {
                rule.id for rule in stakes
                if (lead._has_at_hand(rule) if rule in at_hand else rule not in unmet.get(lead, ()) and lead._has_property_of(rule))
            }
            for lead, stakes in wanted.items()
        }
        return {lead_id: rule_ids for lead_id, rule_ids in met.items() if rule_ids}

    @api.model
    def _is_at_hand(self, rule):
        """Whether the row of an opportunity says if it has what a rule asks for."""
        if rule.kind != 'field' or rule.property_name:
            return False
        return bool(self._fields[rule.field_name].store and self._fields[rule.field_name].column_type)

    def _has_property_of(self, rule):
        """Whether the team has the property that a rule asks for, if it asks for one: what it has not, nobody can clear."""
        return not rule.property_name or self._has_property(rule.property_name)

    def _has_at_hand(self, rule):
        # sudo: crm.lead - a requirement holds whatever its salesperson may read
        return is_filled(self._fields[rule.field_name], self.sudo()[rule.field_name])

    # ------------------------------------------------------------
    # AFTER: what is stored
    # ------------------------------------------------------------

    def _check_created(self, vals_list):
        """Refuse opportunities created in a stage whose requirements they do not meet."""
        rules = self._get_stage_rules()
        if not rules or is_loading(self.env):
            return
        # A stage given as text is stored as the stage, and remembered as none.
        self.invalidate_recordset(POSITION_FIELDS)
        positions = self._get_positions()
        wanted = {
            lead: rules.for_move(None, lead.stage_id.id, lead.team_id.id, lead.company_id.id) if positions[lead.id]
            else rules.get_broken_paths(None, lead.stage_id.id, lead.team_id.id)
            for lead, vals in zip(self, vals_list, strict=True)
            if positions[lead.id] is not None and not comes_from_outside(self.env, vals)
        }
        unmet = self._use_override(self._get_unmet_rules(wanted), is_new=True)
        self._refuse_or_warn(unmet, is_new=True)

    def _check_written(self, entry):
        """Refuse what a write has done: entering a stage, or clearing a value, that leaves something missing."""
        try:
            positions = self._get_positions()
        except MissingError:  # an automation rule may delete what was written
            positions = self.exists()._get_positions()
        wanted, entered_ids = {}, []
        for lead in self:
            if positions.get(lead.id) is None:
                continue
            rules, is_entering = lead._get_rules_to_check(entry, positions[lead.id])
            if is_entering:
                entered_ids.append(lead.id)
            wanted[lead] = rules
        unmet, entered = self._get_unmet_rules(wanted), self.browse(entered_ids)
        if get_pass(self.env, AssignmentPass):
            return entered._let_in_assigned(unmet)
        unmet = entered._use_override(entered._let_in_converted(unmet, entry))
        is_movable = all(entry.positions[lead.id] not in (None, False, lead.stage_id.id) for lead in unmet)
        return self._refuse_or_warn(unmet, is_movable=is_movable)

    def _get_rules_to_check(self, entry, stage_id):
        """Return the rules for an opportunity that was written, and whether it has entered a stage.

        :param entry: :class:`GateEntry`
        :param stage_id: where it is; ``False`` if it is archived
        """
        rules, team_id = entry.rules, self.team_id.id
        broken = rules.get_broken_paths(entry.stage_ids[self.id], self.stage_id.id, team_id) if entry.stage_ids else []
        if not stage_id:
            return broken, bool(broken)
        here = rules.for_position(stage_id, team_id, self.company_id.id)
        if stage_id != entry.positions[self.id]:
            return (*here, *broken) if broken else here, True
        return [rule for rule in here if rule.id in entry.met_ids.get(self.id, ())], False

    @api.model
    def _load_records(self, data_list, update=False):
        try:
            return super()._load_records(data_list, update=update)
        except StageRequirementError as error:
            if len(data_list) > 1 and '_import_current_module' in self.env.context:
                # Import tries again row by row, and would show a UserError of all rows at the first one, too.
                raise RuntimeError("Some rows are refused") from error
            raise

    # ------------------------------------------------------------
    # SEVERAL WRITES IN ONE
    # ------------------------------------------------------------

    def web_save_multi(self, vals_list, specification):
        entry = self._prepare_gate_entry()
        if not entry:
            return super().web_save_multi(vals_list, specification)
        with self._refusing():  # and name all of them at once, not the first only
            watched = self.with_context(**{GATE_ENTRY: entry})
            result = super(CrmLead, watched).web_save_multi(vals_list, specification)
            self._check_written(entry)
        return result

    def action_set_won(self):
        with self._refusing():  # restoring comes first
            return super().action_set_won()

    def convert_opportunity(self, partner, user_ids=False, team_id=False):
        with self._refusing():  # one after the other
            return super().convert_opportunity(partner, user_ids=user_ids, team_id=team_id)

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        with self._refusing():  # history and documents move first
            return super()._merge_opportunity(
                user_id=user_id, team_id=team_id, auto_unlink=auto_unlink, max_length=max_length)
