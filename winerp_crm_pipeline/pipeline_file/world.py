"""What names in a file mean in this database, and what its records are called in a file."""
from collections import Counter

from odoo.tools import SQL

from .reading import Problem

# What stands for the id of a stage that the import creates, until it has one: more than any database will have.
FIRST_NEW_ID = 2_000_000_000


class World:
    """The names of one database as one user sees them.

    :ivar stages: the stages of the teams that the user sees, in their order
    """

    def __init__(self, env):
        self.env = env
        self.stages, self.stage_teams = self._get_stages()
        self.stage_names = self.get_all_names(self.stages)
        self._stage_labels = self._get_stage_labels(
            {stage.id: (self.stage_names[stage.id]['en_US'], self.stage_teams[stage.id]) for stage in self.stages})
        self._planned_labels = {}
        self._found = {}

    def _get_stages(self):
        """Return all stages but those that are only for teams that the user does not see, and the teams that the user sees."""
        stages = self.env['crm.stage'].search([], order='sequence, id')
        teams = self.env['crm.team'].with_context(active_test=False).search([])
        # sudo: crm.team - whether there are others
        all_teams = {stage.id: stage.sudo().with_context(active_test=False).team_ids.with_env(self.env) for stage in stages}
        stages = stages.filtered(lambda stage: not all_teams[stage.id] or all_teams[stage.id] & teams)
        return stages, {stage.id: all_teams[stage.id] & teams for stage in stages}

    # ------------------------------------------------------------
    # NAMES IN ALL LANGUAGES
    # ------------------------------------------------------------

    def get_all_names(self, records, field='name'):
        """Return ``{id: {language: name}}`` as it is stored, also in languages that are not installed."""
        records.flush_model([field])
        rows = self.env.execute_query(SQL(
            "SELECT id, %s FROM %s WHERE id = ANY(%s)", SQL.identifier(field), SQL.identifier(records._table), records.ids))
        return {
            record_id: {lang: name for lang, name in sorted((names or {}).items()) if not lang.startswith('_')}
            for record_id, names in rows
        }

    def say_stage(self, stage_id):
        """Return what a stage, or one that the import creates, is called in the user's language."""
        return self.say(self.stage_names.get(stage_id) or {'en_US': f"#{stage_id}"})

    def say(self, names):
        """Return a name in the user's language."""
        return names.get(self.env.lang) or names.get('en_US') or next(iter(names.values()), '')

    # ------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------

    def get_name(self, record):
        """Return what a record is called in a file: by its name if nothing else has it, else ``{'xmlid': …}``.

        :raise Problem: if another database could not find it
        """
        name_field = self._get_name_field(record)
        name = name_field and record.with_context(lang='en_US')[name_field]
        if name and self._search(record, name, 'en_US') == record:
            return name
        xmlid = record.get_external_id().get(record.id)
        if xmlid and not xmlid.startswith('__'):
            return {'xmlid': xmlid}
        raise Problem(self.env._(
            "another database could not tell which “%(record)s” (%(model)s) is meant: give it a name of its own.",
            record=record.display_name, model=self.get_model_label(record)))

    def find(self, model, name):
        """Return the id of the one record that a name means, in whatever language.

        :raise Problem: if there is none, or more than one
        """
        if (model, str(name)) not in self._found:
            self._found[model, str(name)] = self._find(self.env[model], name)
        return self._found[model, str(name)]

    def _find(self, model, name):
        if isinstance(name, dict):
            record = self.env.ref(str(name.get('xmlid')), raise_if_not_found=False)
            found = record if record and record._name == model._name else model
            name = name.get('xmlid')
        else:
            found = self._search(model, name, 'en_US')
            if not found:
                languages = [code for code, _name in self.env['res.lang'].get_installed()]
                found = model.union(*(self._search(model, name, code) for code in languages))
        found = found.filtered(lambda record: record.has_access('read'))
        if len(found) == 1:
            return found.id
        label = self.get_model_label(model)
        raise Problem(
            self.env._("there is no “%(name)s” (%(model)s) here.", name=name, model=label) if not found
            else self.env._("there are several “%(name)s” (%(model)s) here.", name=name, model=label))

    def get_model_label(self, model):
        """Return what a model is called in the user's language."""
        # sudo: ir.model - its ACL is for administrators, its labels are on every screen
        return self.env['ir.model'].sudo().search_fetch([('model', '=', model._name)], ['name']).name

    def _search(self, model, name, lang):
        name_field = self._get_name_field(model)
        if not name_field:
            return model.browse()
        return model.with_context(lang=lang, active_test=False).search([(name_field, '=', name)], limit=2).with_env(self.env)

    def _get_name_field(self, model):
        name = 'login' if model._name == 'res.users' else model._rec_name
        field = model._fields.get(name)
        return name if field and field.store and field.type == 'char' else None

    # ------------------------------------------------------------
    # STAGES
    # ------------------------------------------------------------

    def get_stage_label(self, stage_id):
        """Return what a stage is called in a file: its name, with its teams where others have the same.

        :raise Problem: if no other database could tell which is meant
        """
        label = self._stage_labels.get(stage_id)
        if label is None:
            raise Problem(self.env._("a stage that is meant is not there (any more)."))
        if Counter(self._stage_labels.values())[label] > 1:
            raise Problem(self.env._("several stages are called “%(name)s”: give them names of their own.", name=label))
        return label

    def _get_stage_labels(self, stages):
        """
        :param stages: ``{id: (name in English, teams)}``
        """
        counts = Counter(name for name, _teams in stages.values())
        return {
            stage_id: name if counts[name] == 1 or not teams else f"{name} ({', '.join(self._get_team_names(teams))})"
            for stage_id, (name, teams) in stages.items()
        }

    def _get_team_names(self, teams):
        return sorted(teams.with_context(lang='en_US').mapped('name'))

    def plan_stages(self, stages):
        """Let labels mean the stages of a file first.

        :param stages: ``{id, or what stands for it: (names in all languages, teams)}``
        """
        self.stage_names = {**{stage_id: names for stage_id, (names, _teams) in stages.items()}, **self.stage_names}
        plain = Counter(names['en_US'] for names, _teams in stages.values())
        labels = self._get_stage_labels({stage_id: (names['en_US'], teams) for stage_id, (names, teams) in stages.items()})
        self._planned_labels = {label: stage_id for stage_id, label in labels.items()}
        for stage_id, (names, teams) in stages.items():
            if teams and plain[names['en_US']] == 1:
                qualified = f"{names['en_US']} ({', '.join(self._get_team_names(teams))})"
                self._planned_labels.setdefault(qualified, stage_id)

    def find_stage(self, label):
        """Return the id of the stage that a label means, or what stands for it.

        :raise Problem: if there is none, or more than one
        """
        if label in self._planned_labels:
            return self._planned_labels[label]
        found = [stage_id for stage_id, own in self._stage_labels.items() if own == label] or [
            stage.id for stage in self.stages if label in self.stage_names[stage.id].values()]
        if len(found) == 1:
            return found[0]
        raise Problem(
            self.env._("there is no stage “%(name)s” here.", name=label) if not found
            else self.env._("there are several stages “%(name)s” here.", name=label))

    # ------------------------------------------------------------
    # PROPERTIES
    # ------------------------------------------------------------

    def get_property(self, name, team_ids=()):
        """Return the definition of a property of opportunities, by its technical name.

        :raise Problem: if there is none
        """
        definitions = self._get_properties(team_ids)
        if name not in definitions:
            raise Problem(self.env._("there is no property “%(name)s” here.", name=name))
        return definitions[name]

    def get_property_label(self, name, team_ids=()):
        """Return the label of a property, by which another database knows it."""
        label = self.get_property(name, team_ids).get('string')
        self.find_property(label, team_ids)
        return label

    def find_property(self, label, team_ids=()):
        """Return the technical name of the one property with a label.

        :param team_ids: of the teams that may define it; none: all
        :raise Problem: if there is none, or more than one
        """
        names = [name for name, definition in self._get_properties(team_ids).items() if definition.get('string') == label]
        if len(names) == 1:
            return names[0]
        raise Problem(
            self.env._("there is no property “%(name)s” here.", name=label) if not names
            else self.env._("there are several properties “%(name)s” here: name one team.", name=label))

    def _get_properties(self, team_ids):
        key = 'properties', tuple(team_ids)
        if key not in self._found:
            teams = self.env['crm.team'].browse(team_ids) or self.env['crm.team'].search([])
            self._found[key] = {
                definition['name']: definition
                for team in teams for definition in team.lead_properties_definition or []
                if definition['type'] != 'separator'
            }
        return self._found[key]
