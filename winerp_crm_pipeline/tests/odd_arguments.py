"""What clients send by mistake, or on purpose, to whatever they may call."""
import contextlib
import inspect

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

ODD_VALUES = (
    None, True, False, -1, 0, 1.5, 2 ** 31, 2 ** 70, 1e308, float('nan'), float('inf'), '', ' ', 'x', '1', 'a\x00b', '\ud800',
    '%s', b'x',
    [], [None], ['x'], [[]], [{}], [2 ** 31], [('a', 'b')], [('name', '=')], [('name', 'nope', 1)], [('no_such_field', '=', 1)],
    ['&'], [(1, '=', 2)], (), {}, {'x': 1}, {1: 1}, {'1': 'x'}, {'name': float('nan')}, {'stage_id': 'x'}, {'stage_id': 2 ** 31},
    {'stage_id': [1]}, {'team_id': {}}, {'expected_revenue': 'x'}, {'date_deadline': 'x'}, {'tag_ids': 5}, {'tag_ids': [[6]]},
    {'tag_ids': [[6, 0, ['x']]]}, {'tag_ids': [['x', 0, 0]]}, {None: 1}, {'name': {}}, {'name': 'a\x00b'},
)


class UndoneError(Exception):
    """What ends a call that was let through."""


def is_ours(function):
    return getattr(function, '__module__', '').startswith('odoo.addons.winerp_')


def get_public_methods(env, module):
    """Return ``{(model, method): parameters}`` of the methods that an add-on brings and a client may call."""
    methods = {}
    for name, model_class in env.registry.items():
        for base in model_class.mro():
            if not base.__module__.startswith(f'odoo.addons.{module}.'):
                continue
            for method, function in vars(base).items():
                if method.startswith('_') or not inspect.isfunction(function) or getattr(function, '_api_private', False):
                    continue
                defined = [other for other in model_class.mro() if method in vars(other)]
                if all(is_ours(inspect.unwrap(vars(other)[method])) for other in defined):
                    methods[name, method] = list(inspect.signature(function).parameters)[1:]
    return methods


class OddArguments:
    """Calls methods with one odd argument each, as a user, and notes what comes out that tells a person nothing."""

    def call_odd(self, records, method, **arguments):
        """Return what came out that is no error in words, as ``[(parameter, value, error)]``.

        :param records: as the user who calls
        :param arguments: good ones
        """
        wrong = []
        for parameter in arguments:
            for value in ODD_VALUES:
                given = {**arguments, parameter: value}
                try:
                    with contextlib.suppress(UserError, UndoneError), mute_logger('odoo.sql_db'), self.cr.savepoint():
                        self.call(records, method, given)
                        self.env.flush_all()
                        raise UndoneError
                except Exception as error:
                    wrong.append((parameter, value, f'{type(error).__name__}: {error}'[:200]))
                self.env.invalidate_all()
        return wrong

    def call(self, records, method, arguments):
        is_model = getattr(getattr(type(records), method), '_api_model', False)
        return call_kw(records.browse(), method, [] if is_model else [records.ids], arguments)
