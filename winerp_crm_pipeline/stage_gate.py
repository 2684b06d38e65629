"""Who may pass the gate of a stage, and how a refused write is undone. Plain Python, for any model to use."""
import contextlib
from typing import NamedTuple

from odoo import SUPERUSER_ID

from .stage_rules import StageRules

# Context key of a pass. What opens the gate is a Python object, which no RPC client can send.
GATE_PASS = 'winerp_stage_gate_pass'
# Context key of the GateEntry of a method that looks at all its writes itself. Nor can this be sent.
GATE_ENTRY = 'winerp_stage_gate_entry'


class OverridePass:
    """Lets some opportunities into one stage, whatever they lack there.

    :param leads: those it is for; ``None`` for those that are created with it
    :param stage_id: the one stage it opens
    :param str reason: why, for the chatter
    :param request: the ``crm.stage.override`` that is approved, if somebody asked for it
    """
    __slots__ = ('lead_ids', 'reason', 'request', 'stage_id')

    def __init__(self, leads, stage_id, reason, request=None):
        self.lead_ids = None if leads is None else frozenset(leads.ids)
        self.stage_id = stage_id
        self.reason = reason
        self.request = request

    def opens(self, lead, stage_id, is_new):
        return stage_id == self.stage_id and (is_new if self.lead_ids is None else lead.id in self.lead_ids)


class AliasPass(NamedTuple):
    """Lets what arrives by e-mail into the stages that its aliases name."""

    stage_ids: frozenset[int]


class AssignmentPass:
    """Lets the assignment of leads go on; see ``crm.lead._let_in_assigned``."""


class AppPass:
    """Lets other apps create leads in passing, where they do so in the name of their user."""


ASSIGNMENT = AssignmentPass()
OTHER_APP = AppPass()


class GateEntry(NamedTuple):
    """What is known of opportunities before they are written."""

    rules: StageRules
    positions: dict[int, int | bool]
    """``{lead id: stage id, or False outside the pipeline}``"""
    met_ids: dict[int, set[int]]
    """``{lead id: ids of rules of its stage that were met and that the write could undo}``"""
    stage_ids: dict[int, int | None]
    """``{lead id: stage id, also of an archived opportunity; None for a lead}``; empty where no path is ruled"""


def get_pass(env, pass_type):
    """Return the pass of a type that the environment holds, or ``None``."""
    gate_pass = env.context.get(GATE_PASS)
    return gate_pass if isinstance(gate_pass, pass_type) else None


def is_loading(env):
    """Whether data is being loaded by Odoo itself: a module, an update, a migration."""
    return not env.registry.ready and env.uid == SUPERUSER_ID


def comes_from_outside(env, vals):
    """Whether an opportunity is created by who could not be asked for more.

    The mail gateway, a web form, the portal, and other apps in passing (an event registration, a survey) act in
    superuser mode, which no caller can choose. They pass into the stage that Odoo gives, or that an alias is
    configured with: who names a stage, in values or context, is a caller like any other.

    :param vals: as for ``create``
    """
    if not env.su and not get_pass(env, AppPass):
        return False
    named = vals['stage_id'] if 'stage_id' in vals else env.context.get('default_stage_id')
    alias_pass = get_pass(env, AliasPass)
    return not named or bool(alias_pass and named in alias_pass.stage_ids)


@contextlib.contextmanager
def undone_on_error(env):
    """Undo everything that is done inside if it fails, in the database and in memory, also where the caller goes on.

    Unlike Odoo's own savepoint it does not end what is tracked so far: one message tells all that a transaction
    changed, and what a refused write would have told goes with it.
    """
    env.flush_all()  # what came before is not undone
    callbacks = [(queue, *_copy_callbacks(queue)) for queue in (env.cr.precommit, env.cr.postcommit)]
    savepoint = env.cr.savepoint(flush=False)
    try:
        yield
        env.flush_all()  # what the database refuses is undone, too
    except Exception:
        savepoint.close(rollback=True)
        env.transaction.clear()
        for queue, functions, data in callbacks:
            queue.clear()
            queue.data.update(data)
            for function in functions:
                queue.add(function)
        raise
    savepoint.close(rollback=False)


def _copy_callbacks(queue):
    # _funcs: the queue cannot be read otherwise; see docs/CORE.md
    return list(queue._funcs), {key: _copy(value) for key, value in queue.data.items()}


def _copy(value):
    """Copy containers, and nothing that they hold."""
    if not isinstance(value, (dict, list, set)):
        return value
    copied = value.copy()
    if isinstance(copied, dict):
        copied.update((key, _copy(item)) for key, item in value.items())
    return copied
