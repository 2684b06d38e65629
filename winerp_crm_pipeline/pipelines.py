"""How far opportunities came in the pipelines of their teams. Plain Python, no ``env``."""


class Pipelines:
    """The stages of all teams, in their order, and the pipeline of each: what is shared, and what is its own.

    :param dict teams: ``{stage id: ids of the teams it is for, none for a shared one}``, in the order of the stages
    """

    def __init__(self, teams):
        self.stage_ids = list(teams)
        self._teams = {stage_id: frozenset(team_ids) for stage_id, team_ids in teams.items()}
        self._pipelines = {}

    def get(self, team_id):
        """Return the ids of the stages that opportunities of a team go through."""
        if team_id not in self._pipelines:
            self._pipelines[team_id] = [
                stage_id for stage_id, team_ids in self._teams.items() if not team_ids or team_id in team_ids]
        return self._pipelines[team_id]

    def get_teams(self, stage_id):
        """Return the ids of the teams that a stage is for; none for a shared one."""
        return self._teams[stage_id]

    def get_later(self, stage_id):
        """Return the ids of a stage and of all that come after it, in whatever pipeline."""
        return self.stage_ids[self.stage_ids.index(stage_id):]

    def get_reached(self, team_id, visited_ids, was_won):
        """Return the ids of the stages that an opportunity reached, in the pipeline of its present team.

        What is skipped is passed; moving back un-reaches nothing; what was won has reached all.

        :param visited_ids: the stages in which it was
        """
        pipeline = self.get(team_id)
        if was_won:
            return pipeline
        return pipeline[:max((index for index, stage_id in enumerate(pipeline, 1) if stage_id in visited_ids), default=0)]


def get_ratio(part, whole, minimum):
    """Return a part of 1, or ``None`` where there are too few to say."""
    return part / whole if whole and whole >= minimum else None
