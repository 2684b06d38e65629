"""From text to plain data, without trusting it: size, syntax and shape. What it says is looked at in ``world`` and ``kinds``."""
import json

from odoo.exceptions import ValidationError

FORMAT = 'winerp_crm_pipeline'
VERSION = 1
MAX_BYTES = 1_000_000
MAX_PROBLEMS = 20


class Problem(Exception):
    """What is wrong with one value: a translated sentence."""


class Problems:
    """What is wrong with a file, and where."""

    def __init__(self, env):
        self.env = env
        self.found = []

    def add(self, path, text):
        self.found.append(f"{path}: {text}" if path else str(text))

    def refuse(self, title):
        """Raise what was found, if anything.

        :raise ValidationError: naming each problem with its path
        """
        if not self.found:
            return
        lines = [title, *self.found[:MAX_PROBLEMS]]
        if len(self.found) > MAX_PROBLEMS:
            lines.append(self.env._("… and %(number)s more.", number=len(self.found) - MAX_PROBLEMS))
        raise ValidationError("\n".join(lines))


def dump(stages):
    """Return the text of a file. The same stages always give the same text."""
    return json.dumps({'format': FORMAT, 'version': VERSION, 'stages': stages}, ensure_ascii=False, indent=2) + "\n"


def load(env, content):
    """Return the stages that a file lists, as plain data of the right shape.

    :param content: text or bytes
    :return: list of dicts
    :raise ValidationError: if it is no such file
    """
    try:
        data = _parse(env, content)
        _check_text(env, data)
        return _get_stages(env, data)
    except Problem as error:
        problem = str(error)
    except RecursionError:
        problem = env._("it is nested too deeply.")
    raise ValidationError(env._("This is not a pipeline file that can be read: %(problem)s", problem=problem))


def _parse(env, content):
    if not isinstance(content, (str, bytes)):
        raise Problem(env._("it is no text."))
    if len(content) > MAX_BYTES:
        raise Problem(env._("it is larger than %(size)s KB.", size=MAX_BYTES // 1000))

    def read_object(pairs):
        data = dict(pairs)
        if len(data) < len(pairs):
            names = [name for name, _value in pairs]
            raise Problem(env._("“%(key)s” is there twice.", key=next(name for name in names if names.count(name) > 1)))
        return data

    def refuse_number(number):
        raise Problem(env._("%(number)s is no number that can be kept.", number=number))

    try:
        text = content.decode('utf-8-sig') if isinstance(content, bytes) else content
        return json.loads(text, object_pairs_hook=read_object, parse_constant=refuse_number)
    except json.JSONDecodeError as error:
        raise Problem(env._(
            "line %(line)s, column %(column)s is not JSON.", line=error.lineno, column=error.colno)) from error
    except UnicodeDecodeError as error:
        raise Problem(env._("it is not written in UTF-8.")) from error
    except ValueError as error:  # a number of thousands of digits
        raise Problem(env._("a number is too long.")) from error


def _check_text(env, data):
    """Refuse text that no database can keep, wherever it is."""
    if isinstance(data, dict):
        data = [*data.keys(), *data.values()]
    if isinstance(data, list):
        for value in data:
            _check_text(env, value)
    elif isinstance(data, str):
        try:
            data.encode()
        except UnicodeEncodeError as error:
            raise Problem(env._("it has characters that are none.")) from error
        if '\x00' in data:
            raise Problem(env._("it has characters that are none."))


def _get_stages(env, data):
    if not isinstance(data, dict) or data.get('format') != FORMAT:
        raise Problem(env._("it was not exported from the stages of a pipeline."))
    if type(data.get('version')) is not int or data['version'] != VERSION:
        raise Problem(env._(
            "version %(version)s of the file is not known here, only version %(known)s.",
            version=data.get('version'), known=VERSION))
    if unknown := sorted(set(data) - {'format', 'version', 'stages'}):
        raise Problem(env._("“%(key)s” is not known.", key=unknown[0]))
    stages = data.get('stages')
    if not isinstance(stages, list) or not stages:
        raise Problem(env._("it has no list of stages."))
    return stages
