"""What the history of opportunities says of two states that follow each other, in SQL. Plain Python, no ``env``.

A state is a row with the columns :data:`STATE`; where it is compared, also ``sequence``, the one of its stage.
"""
import contextlib

from odoo.tools import SQL

# What counts: a change of any of it begins a new row.
STATE = ('stage_id', 'team_id', 'user_id', 'company_id', 'expected_revenue', 'date_deadline', 'won_status')
SECONDS_A_DAY = 86400


def columns(alias=None, names=STATE):
    return SQL(", ").join(SQL.identifier(*filter(None, (alias, name))) for name in names)


def of_lead(alias):
    """Return the state of a row of ``crm_lead``, as columns in the order of :data:`STATE`."""
    computed = {
        'expected_revenue': SQL("COALESCE(%s, 0) AS expected_revenue", SQL.identifier(alias, 'expected_revenue')),
        'won_status': SQL("COALESCE(%s, 'pending') AS won_status", SQL.identifier(alias, 'won_status')),
    }
    return SQL(", ").join(computed.get(name) or SQL.identifier(alias, name) for name in STATE)


def differ(before, after):
    return SQL("(%s) IS DISTINCT FROM (%s)", columns(before), columns(after))


def stay_goes_on(before, after):
    """Whether the second state belongs to the same stay; ``NULL`` where there is no first one."""
    return SQL(
        "(%(before)s.won_status <> 'lost' AND %(after)s.won_status <> 'lost'"
        " AND %(before)s.stage_id IS NOT DISTINCT FROM %(after)s.stage_id)",
        before=SQL.identifier(before), after=SQL.identifier(after))


def outcome(before, after):
    """What became of the stay of the first state, by the second one; ``NULL`` where it goes on, or was none."""
    return SQL(
        """CASE WHEN %(before)s.won_status = 'lost' THEN NULL
                WHEN %(after)s.won_status = 'lost' THEN 'lost'
                WHEN %(before)s.stage_id IS NOT DISTINCT FROM %(after)s.stage_id THEN NULL
                WHEN %(after)s.won_status = 'won' THEN 'won'
                WHEN %(before)s.team_id IS DISTINCT FROM %(after)s.team_id THEN 'team'
                WHEN (%(after)s.sequence, %(after)s.stage_id) < (%(before)s.sequence, %(before)s.stage_id) THEN 'back'
                ELSE 'advanced' END""",
        before=SQL.identifier(before), after=SQL.identifier(after))


def days(start, end):
    return SQL("EXTRACT(epoch FROM %s - %s)::float8 / %s", end, start, SECONDS_A_DAY)


@contextlib.contextmanager
def in_memory(cr):
    """Let PostgreSQL sort and group all of a history in memory: by default it has little, and takes to the disk."""
    cr.execute("""
        SELECT set_config('work_mem', '64MB', TRUE)
         WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB')""")
    yield
    cr.execute("SET LOCAL work_mem TO DEFAULT")
