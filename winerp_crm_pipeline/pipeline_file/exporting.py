"""From stages to the text of a file."""
from .carried import REQUIREMENT, REQUIREMENTS_KEY, STAGE, get_kinds
from .reading import Problem, Problems, dump
from .world import World


class PipelineExport:
    """What a file says of the stages of a database, as one user sees them."""

    def __init__(self, env):
        self.env, self.world, self.problems = env, World(env), Problems(env)
        self.stage_kinds = get_kinds(self.world, env['crm.stage'], STAGE)
        self.requirement_kinds = get_kinds(self.world, env['crm.stage.requirement'], REQUIREMENT)

    def get_text(self, stages):
        """Return the text of a file.

        :param stages: those to export; none: all
        :raise ValidationError: naming what another database could not understand
        """
        chosen = self.world.stages & stages if stages else self.world.stages
        requirements = get_requirements(chosen).grouped('stage_id')
        entries = [self._prepare_stage(stage, requirements.get(stage, ())) for stage in chosen.sorted('id').sorted('sequence')]
        self.problems.refuse(self.env._("The stages cannot be exported:"))
        return dump(entries)

    def _prepare_stage(self, stage, requirements):
        path = self.world.say_stage(stage.id)
        entry = self._prepare_entry(stage, self.stage_kinds, path, ())
        team_ids = self.world.stage_teams[stage.id].ids
        entries = [
            self._prepare_entry(requirement, self.requirement_kinds, f"{path} → {requirement.name}", team_ids)
            for requirement in requirements]
        return {**entry, REQUIREMENTS_KEY: entries} if entries else entry

    def _prepare_entry(self, record, kinds, path, team_ids):
        entry = {}
        for key, kind in kinds.items():
            try:
                value = kind.get(record)
                team_ids = (key == 'teams' and value) or team_ids
                if value != kind.carried.default:
                    entry[key] = kind.to_file(value, team_ids)
            except Problem as problem:
                self.problems.add(f"{path} → {kind.get_label()}", problem)
        return entry


def get_requirements(stages):
    """Return the requirements of stages that the user sees, archived ones too, in their order."""
    return stages.env['crm.stage.requirement'].with_context(active_test=False).search(
        [('stage_id', 'in', stages.ids)], order='sequence, id')
