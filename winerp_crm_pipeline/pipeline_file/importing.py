"""From the text of a file to what would change, without changing it: see :class:`.applying.PipelineUpdate`."""
from odoo.exceptions import ValidationError

from .carried import REQUIREMENT, REQUIREMENTS_KEY, STAGE, get_kinds
from .exporting import get_requirements
from .matching import match, match_requirements
from .reading import Problem, Problems, load
from .world import FIRST_NEW_ID, World


class Entry:
    """What a file says of one stage or requirement.

    :ivar values: in the form that kinds have in memory
    :ivar record: what it is here, if it is here
    :ivar before: the values of the record
    """

    def __init__(self, path, values):
        self.path, self.values = path, values
        self.record = self.before = None
        self.requirements = []  # of a stage
        self.removed = []  # requirements of a stage that the file does not have

    def get_changed(self):
        """Return the keys of what differs from the record."""
        return [key for key, value in self.values.items() if self.before.get(key) != value]


class PipelineImport:
    """What a file says, read in this database.

    :ivar entries: of the stages, in their order
    :ivar others: stages that the file does not have
    :raise ValidationError: naming all that is wrong, with its path
    """

    def __init__(self, env, content):
        self.env, self.world, self.problems = env, World(env), Problems(env)
        self.stage_kinds = get_kinds(self.world, env['crm.stage'], STAGE)
        self.requirement_kinds = get_kinds(self.world, env['crm.stage.requirement'], REQUIREMENT)
        data = load(env, content)
        self.entries = self._read_names(data)
        self._refuse()
        self._match_stages()
        for entry, stage_data in zip(self.entries, data, strict=True):
            self._read_stage(entry, stage_data)
        self._refuse()
        matched = env['crm.stage'].union(*(entry.record for entry in self.entries if entry.record))
        self.others = self.world.stages - matched

    def _refuse(self):
        self.problems.refuse(self.env._("The file cannot be imported, and nothing has changed:"))

    # ------------------------------------------------------------
    # READ
    # ------------------------------------------------------------

    def _read_names(self, data):
        """Read what tells stages apart: their names and teams."""
        identity = {key: self.stage_kinds[key] for key in ('name', 'teams')}
        entries = []
        for index, stage_data in enumerate(data):
            path = f"stages[{index}]"
            if self._check_shape(stage_data, {*self.stage_kinds, REQUIREMENTS_KEY}, path):
                entries.append(Entry(path, self._read_values(stage_data, identity, path, ())))
                if 'name' not in stage_data:
                    self.problems.add(path, self.env._("the stage has no name."))
        return entries

    def _read_stage(self, entry, data):
        entry.path += f" ({self.world.say(entry.values['name'])})"
        entry.values = self._read_values(data, self.stage_kinds, entry.path, ())
        requirements = data.get(REQUIREMENTS_KEY, [])
        if not isinstance(requirements, list):
            self.problems.add(f"{entry.path}.{REQUIREMENTS_KEY}", self.env._("this is no list."))
            return
        for index, requirement_data in enumerate(requirements):
            path = f"{entry.path}.{REQUIREMENTS_KEY}[{index}]"
            if self._check_shape(requirement_data, self.requirement_kinds, path):
                entry.requirements.append(self._read_requirement(requirement_data, path, entry.values.get('teams', ())))
        if not self.problems.found:  # what could not be read cannot be compared
            self._compare(entry)

    def _read_requirement(self, data, path, team_ids):
        requirement = Entry(path, self._read_values(data, self.requirement_kinds, path, team_ids))
        values = requirement.values
        kind = values.get('kind')
        for key in [kind, 'name'] if kind == 'domain' else [kind]:
            if key in ('field', 'domain', 'name') and key not in data:
                self.problems.add(path, self.env._("“%(key)s” is missing.", key=key))
        other = {'field': 'domain', 'domain': 'field'}.get(kind)
        if other in data:
            self.problems.add(f"{path}.{other}", self.env._("it does not go with the kind “%(kind)s”.", kind=kind))
        if values.get('field') and values.get('name'):
            field = self.env['crm.stage.requirement']._get_required_field(values['field'])
            if self.requirement_kinds['name'].are_labels(values['name'], field):
                values['name'] = None
        return requirement

    def _check_shape(self, data, keys, path):
        if not isinstance(data, dict):
            self.problems.add(path, self.env._("this is no object with keys and values."))
            return False
        for key in sorted(set(data) - set(keys)):
            self.problems.add(f"{path}.{key[:100]}", self.env._("this is not known here."))
        return True

    def _read_values(self, data, kinds, path, team_ids):
        values = {}
        for key, kind in kinds.items():
            try:
                values[key] = (
                    kind.from_file(data[key], values.get('teams') or team_ids) if key in data else kind.carried.default)
            except (Problem, ValidationError) as problem:
                self.problems.add(f"{path}.{key}", problem)
        return values

    # ------------------------------------------------------------
    # COMPARE
    # ------------------------------------------------------------

    def _match_stages(self):
        """Find the stages that are here already: those of the same name, in any language, for the same teams."""
        names = self.world.stage_names
        match(self.entries, self.world.stages, (
            lambda values, stage: self._has_teams(values, stage) and values['name'] == names[stage.id],
            lambda values, stage: self._has_teams(values, stage) and values['name']['en_US'] == names[stage.id]['en_US'],
            lambda values, stage: self._has_teams(values, stage) and self._has_name(values, stage),
            lambda values, stage: set(values['teams']) & self._get_team_ids(stage) and self._has_name(values, stage),
        ))
        self.world.plan_stages({
            entry.record.id if entry.record else FIRST_NEW_ID + index:
                (entry.values['name'], self.env['crm.team'].browse(entry.values['teams']))
            for index, entry in enumerate(self.entries)})

    def _has_teams(self, values, stage):
        return set(values['teams']) == self._get_team_ids(stage)

    def _get_team_ids(self, stage):
        return set(self.world.stage_teams[stage.id].ids)

    def _has_name(self, values, stage):
        return not set(values['name'].values()).isdisjoint(self.world.stage_names[stage.id].values())

    def _compare(self, entry):
        if not entry.record:
            return
        entry.before = self._get_values(entry.record, self.stage_kinds, entry.path)
        requirements = get_requirements(entry.record)
        before = {requirement: self._get_values(requirement, self.requirement_kinds, entry.path) for requirement in requirements}
        match_requirements(entry.requirements, before)
        kept = {requirement.record for requirement in entry.requirements}
        entry.removed = [requirement for requirement in requirements if requirement not in kept]

    def _get_values(self, record, kinds, path):
        values = {}
        for key, kind in kinds.items():
            try:
                values[key] = kind.get(record)
            except Problem as problem:
                self.problems.add(f"{path} → {record.display_name} → {kind.get_label()}", problem)
        return values
