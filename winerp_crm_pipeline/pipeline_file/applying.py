"""What an import changes: told beforehand, and done."""
from psycopg2.extras import Json

from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..stage_gate import undone_on_error
from .importing import PipelineImport
from .kinds import Names
from .world import FIRST_NEW_ID


class PipelineUpdate(PipelineImport):
    """The changes that make the pipeline as a file says.

    :param remove: stages that go if the file does not have them and no opportunity is in them
    """

    def __init__(self, env, content, remove):
        super().__init__(env, content)
        self.removed = self.others & remove
        self.lead_counts = self._get_lead_counts()
        if occupied := self.removed.filtered(lambda stage: self.lead_counts[stage.id]):
            raise ValidationError(env._(
                "Stages with opportunities are never removed: %(stages)s. Move those first, archived ones too.",
                stages=", ".join(occupied.mapped('name'))))

    def _get_lead_counts(self):
        # sudo: crm.lead - a stage goes for everybody
        groups = self.env['crm.lead'].sudo().with_context(active_test=False)._read_group(
            [('stage_id', 'in', self.others.ids)], ['stage_id'], ['__count'])
        return {**dict.fromkeys(self.others.ids, 0), **{stage.id: count for stage, count in groups}}

    # ------------------------------------------------------------
    # TELL
    # ------------------------------------------------------------

    def get_changes(self):
        """Return what would be done, in words.

        :return: list of ``{'kind': 'create' | 'change' | 'remove', 'stage', 'what', 'before', 'after'}``
        """
        changes = []
        for entry in self.entries:
            stage = self.world.say(entry.values['name'])
            what = self.env._("Stage")
            changes += self._tell_entry(entry, self.stage_kinds, stage, what)
            for requirement in entry.requirements:
                what = self.env._("Requirement “%(name)s”", name=self._say_requirement(requirement.values))
                changes += self._tell_entry(requirement, self.requirement_kinds, stage, what)
            changes += [
                self._tell('remove', stage, self.env._("Requirement “%(name)s”", name=requirement.name))
                for requirement in entry.removed]
            changes += self._tell_order(
                [requirement.record for requirement in entry.requirements if requirement.record], stage,
                self.env._("Order of the requirements"))
        changes += self._tell_order([stage for stage in self._get_wanted_order() if stage], '', self.env._("Order of the stages"))
        changes += [
            self._tell('remove', stage.name, self.env._("Stage, with its requirements")) for stage in self.removed]
        return changes

    def get_kept(self):
        """Return the stages that the file does not have, and that stay.

        :return: list of ``{'stage_id', 'stage', 'lead_count'}``
        """
        return [
            {'stage_id': stage.id, 'stage': stage.name, 'lead_count': self.lead_counts[stage.id]}
            for stage in self.others - self.removed]

    def _tell(self, kind, stage, what, before='', after=''):
        return {'kind': kind, 'stage': stage, 'what': what, 'before': before, 'after': after}

    def _tell_entry(self, entry, kinds, stage, what):
        if not entry.record:
            says = [
                f"{kinds[key].get_label()}: {kinds[key].say(value)}" for key, value in entry.values.items()
                if value != kinds[key].carried.default and key not in ('name', 'kind')]
            return [self._tell('create', stage, what, after="; ".join(says))]
        return [
            self._tell(
                'change', stage, f"{what}: {kinds[key].get_label()}",
                kinds[key].say(entry.before[key]), kinds[key].say(entry.values[key]))
            for key in entry.get_changed()]

    def _tell_order(self, records, stage, what):
        before = sorted(records, key=lambda record: (record.sequence, record.id))
        if before == records:
            return []
        before, after = (", ".join(record.name for record in order) for order in (before, records))
        return [self._tell('change', stage, what, before, after)]

    def _say_requirement(self, values):
        if values['name']:
            return self.world.say(values['name'])
        return self.requirement_kinds['field'].say(values.get('field'))

    # ------------------------------------------------------------
    # DO
    # ------------------------------------------------------------

    def apply(self):
        """Make the pipeline as the file says, or leave it as it is."""
        with undone_on_error(self.env):
            new_ids = self._create_stages()
            for entry in self.entries:
                self._write(entry, self.stage_kinds, new_ids)
                self._update_requirements(entry, new_ids)
            self.removed.unlink()
            self._write_names()
            self._sort(self._get_wanted_order())
            for entry in self.entries:
                self._sort([requirement.record for requirement in entry.requirements])

    def _create_stages(self):
        new = {FIRST_NEW_ID + index: entry for index, entry in enumerate(self.entries) if not entry.record}
        stages = self.env['crm.stage'].create([
            {'name': entry.values['name']['en_US'], 'team_ids': self.stage_kinds['teams'].to_write(entry.values['teams'], {})}
            for entry in new.values()])
        for entry, stage in zip(new.values(), stages, strict=True):
            entry.record = stage
            entry.before = {'name': entry.values['name'], 'teams': entry.values['teams']}
        return dict(zip(new, stages.ids, strict=True))

    def _write(self, entry, kinds, new_ids):
        changed = [key for key in entry.get_changed() if not isinstance(kinds[key], Names)]
        if changed:
            entry.record.write(self._prepare_values(entry, changed, kinds, new_ids))

    def _prepare_values(self, entry, keys, kinds, new_ids):
        return {kinds[key].carried.field: kinds[key].to_write(entry.values[key], new_ids) for key in keys}

    def _update_requirements(self, entry, new_ids):
        kinds = self.requirement_kinds
        self.env['crm.stage.requirement'].union(*entry.removed).unlink()
        for requirement in entry.requirements:
            if requirement.record:
                self._write(requirement, kinds, new_ids)
        new = [requirement for requirement in entry.requirements if not requirement.record]
        records = self.env['crm.stage.requirement'].create([
            {'stage_id': entry.record.id, **self._prepare_values(requirement, [
                key for key, value in requirement.values.items() if value != kinds[key].carried.default
            ], kinds, new_ids)}
            for requirement in new])
        for requirement, record in zip(new, records, strict=True):
            requirement.record = record

    def _write_names(self):
        """Write names as they are in the file, in languages too that are not installed, which the ORM would refuse."""
        self._write_names_of([(entry.record, entry.values['name']) for entry in self.entries])
        labels = self.requirement_kinds['name'].get_labels
        self._write_names_of([
            (requirement.record, requirement.values['name'] or labels(requirement.record.field_id))
            for entry in self.entries for requirement in entry.requirements])

    def _write_names_of(self, pairs):
        if not pairs:
            return
        records = pairs[0][0].union(*(record for record, _names in pairs))
        records.flush_recordset(['name'])
        self.env.cr.execute(SQL(
            "UPDATE %s AS record SET name = new.name FROM (VALUES %s) AS new (id, name) "
            "WHERE record.id = new.id AND record.name IS DISTINCT FROM new.name",
            SQL.identifier(records._table),
            SQL(", ").join(SQL("(%s, %s::jsonb)", record.id, Json(names)) for record, names in pairs)))
        records.invalidate_recordset(['name'])
        records._note_rules_change()

    # ------------------------------------------------------------
    # ORDER
    # ------------------------------------------------------------

    def _get_wanted_order(self):
        """Return all stages in the order of the file; each of the others stays behind the stage that it is behind.

        One that is not created yet is ``None``.
        """
        order = [entry.record for entry in self.entries]
        before = None
        for stage in self.env['crm.stage'].search([], order='sequence, id'):
            if stage not in order:
                order.insert(order.index(before) + 1 if before else 0, stage)
            before = stage
        return order

    def _sort(self, records):
        """Bring records into an order, unless they are in it."""
        if sorted(records, key=lambda record: (record.sequence, record.id)) != records:
            for number, record in enumerate(records, start=1):
                if record.sequence != number:
                    record.sequence = number
