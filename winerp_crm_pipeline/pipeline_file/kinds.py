"""The kinds of values that a file carries: as they are in memory, in the file, in ``write``, and in words."""
import re

from .reading import Problem

LANGUAGE = re.compile(r'[a-z]{2,3}(_[A-Za-z0-9]+)?(@[a-z]+)?')
MAX_NAME_LENGTH = 1000
MAX_TEXT_LENGTH = 20_000


class Kind:
    """A value that is the same everywhere.

    :param world: ``World``
    :param model: the recordset whose field it is
    :param carried: ``Carried``
    """

    types: type | tuple = ()

    def __init__(self, world, model, carried):
        self.world, self.env, self.carried = world, world.env, carried
        self.field = model._fields[carried.field]

    def get_label(self):
        """Return what the field is called in the user's language."""
        return self.get_description('string')

    def get_description(self, attribute):
        """Return what core tells of the field."""
        return self.env[self.field.model_name].fields_get([self.carried.field], [attribute])[self.carried.field][attribute]

    def get(self, record):
        """Return what a record says."""
        return record[self.carried.field] or self.carried.default

    def to_file(self, value, team_ids):
        """Return how a value is written to a file.

        :param team_ids: of the teams that the record is for
        :raise Problem: if another database could not understand it
        """
        return value

    def from_file(self, value, team_ids):
        """Return what is written in a file.

        :raise Problem: if that is impossible here
        """
        if not isinstance(value, self.types) or (isinstance(value, bool) and self.types is not bool):
            raise Problem(self.env._("“%(value)s” is not what belongs here.", value=str(value)[:100]))
        return value

    def to_write(self, value, new_ids):
        """Return what ``create`` and ``write`` take.

        :param dict new_ids: ids of new stages, by what stood for them
        """
        return value

    def say(self, value):
        """Return a value in words."""
        return str(value)


class Boolean(Kind):
    types = bool

    def get(self, record):
        return record[self.carried.field]

    def say(self, value):
        return self.env._("Yes") if value else self.env._("No")


class Number(Kind):
    types = (int, float)

    def from_file(self, value, team_ids):
        value = super().from_file(value, team_ids)
        lowest, highest = self.carried.limits
        if not lowest <= value <= highest or (self.field.type == 'integer' and value != int(value)):
            raise Problem(self.env._(
                "%(value)s is not a number from %(lowest)s to %(highest)s.", value=value, lowest=lowest, highest=highest))
        return value

    def to_file(self, value, team_ids):
        return int(value) if value == int(value) else value

    def say(self, value):
        return f"{value:g}" if value < 1e6 else str(value)


class Text(Kind):
    types = str

    def from_file(self, value, team_ids):
        value = super().from_file(value, team_ids)
        if len(value) > MAX_TEXT_LENGTH:
            raise Problem(self.env._("the text is too long."))
        return value


class Choice(Kind):
    types = str

    def from_file(self, value, team_ids):
        value = super().from_file(value, team_ids)
        if value not in self.field.get_values(self.env):
            raise Problem(self.env._("“%(value)s” is none of %(choices)s.", value=value[:100], choices=", ".join(
                self.field.get_values(self.env))))
        return value

    def say(self, value):
        return dict(self.get_description('selection')).get(value, value)


class Names(Kind):
    """A name in all its languages, as stored; ``None``: that of the field, in each language."""

    types = dict

    def get(self, record):
        names = self.world.get_all_names(record, self.carried.field)[record.id]
        asks_for_field = 'field_id' in record._fields and record.kind == 'field' and record.field_id
        return None if asks_for_field and self.are_labels(names, record.field_id) else names

    def are_labels(self, names, field):
        """Whether a requirement is called as its field, whatever the languages of the database."""
        return all((names.get(code) or names['en_US']) == label for code, label in self.get_labels(field).items())

    def get_labels(self, field):
        """Return the label of a field in English and each installed language."""
        codes = {'en_US', *(code for code, _name in self.env['res.lang'].get_installed())}
        return {code: field.sudo().with_context(lang=code).field_description for code in sorted(codes)}  # sudo: labels

    def from_file(self, value, team_ids):
        value = super().from_file(value, team_ids)
        for code, name in value.items():
            if not LANGUAGE.fullmatch(code):
                raise Problem(self.env._("“%(code)s” is not the code of a language.", code=code[:100]))
            if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME_LENGTH:
                raise Problem(self.env._("the name in %(code)s is empty, too long, or no text.", code=code))
        if 'en_US' not in value:
            raise Problem(self.env._("a name in en_US is missing; that is the one that databases share."))
        return dict(sorted(value.items()))

    def to_write(self, value, new_ids):
        return value['en_US']

    def say(self, value):
        if not value:
            return self.env._("as the field")
        return ", ".join(f"{name} ({code})" for code, name in value.items()) if len(value) > 1 else value['en_US']
