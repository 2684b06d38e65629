"""The gate: checks, moves, refusals and views, beside plain Odoo."""
import contextlib
from unittest.mock import patch

from sides import compare, open_sides

from odoo.exceptions import ValidationError

FIELDS = ('expected_revenue', 'date_deadline', 'phone', 'user_id', 'name')
DOMAINS = ("[('expected_revenue', '>', 0)]", "[('calendar_event_ids', '=', False)]", "[('partner_id', '=', False)]")
CONDITIONS = ("[('expected_revenue', '>', 1)]", "[('tag_ids', '=', False)]")
SIZES = (1, 80, 1000, 10_000)
CHATTER_ROUNDS = {1: 25, 80: 7, 1000: 1}  # plain Odoo takes ten seconds for a thousand
HISTORY, BOARDS = ('crm.lead.history', '_touch'), ('crm.lead', '_tell_boards')


def prepare(side):
    env = side.env
    side.stages = env['crm.stage'].create([{'name': "From", 'sequence': 500}, {'name': "To", 'sequence': 501}])
    user = env.ref('base.user_admin')
    side.leads = env['crm.lead'].with_context(tracking_disable=True).create([
        {
            'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': side.stages[0].id, 'user_id': user.id,
            'phone': f"09{number:08}", 'expected_revenue': 5, 'date_deadline': '2030-01-31',
        }
        for number in range(max(SIZES))
    ]).with_user(user)
    if 'crm.stage.requirement' in env:
        require(side)
    side.cr.flush()
    if 'crm.lead.history' in env:  # as if they had been made in another transaction
        side.cr.execute("UPDATE crm_lead_history SET date_from = date_from - interval '1 day', stay_from = date_from")
        side.cr.execute("ANALYZE crm_lead_history")
    side.cr.execute("ANALYZE crm_lead")  # as the database would soon do by itself
    side.cr.commit()  # of what a transaction has written itself, PostgreSQL checks each foreign key again with each write


def require(side):
    """Ten requirements that every opportunity meets."""
    fields = side.env['ir.model.fields']
    stage = {'stage_id': side.stages[1].id}
    side.env['crm.stage.requirement'].create([
        *({**stage, 'field_id': fields._get('crm.lead', name).id} for name in FIELDS),
        *({**stage, 'kind': 'domain', 'domain': domain, 'name': domain} for domain in DOMAINS),
        *({**stage, 'field_id': fields._get('crm.lead', 'phone').id, 'condition': domain} for domain in CONDITIONS),
    ])


def write(size, get_values, tracking=True):
    def run(side):
        leads = side.leads[:size].with_context(tracking_disable=not tracking)
        leads.browse(leads.ids).write(get_values(side))
    return run


def move(size, tracking=True):
    return write(size, lambda side: {'stage_id': side.stages[1].id}, tracking)


def without(run, *methods):
    """Without what else a write does.

    :param methods: ``(model name, method name)`` of what is left out
    """
    def run_without(side):
        with contextlib.ExitStack() as stack:
            for model_name, method in methods if 'crm.lead.history' in side.env else ():
                stack.enter_context(patch.object(side.registry[model_name], method, lambda *_: None))
            return run(side)
    return run_without


def check(size):
    """What plain Odoo has nothing for is compared with reading the fields that are looked at."""
    return {
        'plain': lambda side: side.leads[:size].read(FIELDS, load=None),
        'ours': lambda side: side.leads[:size].browse(side.leads[:size].ids)._get_missing_requirements(side.stages[1]),
    }


def refuse(size):
    def run(side):
        try:
            side.leads[:size].browse(side.leads[:size].ids).write({'stage_id': side.stages[1].id, 'phone': False})
        except ValidationError:
            pass
    return {'plain': run, 'ours': run}


def get_views(is_cold):
    def run(side):
        if is_cold:
            side.registry.clear_all_caches()
        leads = side.leads[:0].with_env(side.env)
        leads.get_views([(False, 'kanban'), (False, 'list'), (False, 'form'), (False, 'search')], {'load_filters': True})
    return run


def main():
    sides = open_sides()
    for side in sides:
        prepare(side)
    for size in SIZES:
        compare(f'check {size} against 10 (plain: read)', sides, check(size), rounds=5)
    for size in SIZES[:3]:
        rounds = 25 if size == 1 else 7
        compare(f'accepted move of {size}, chatter included', sides, move(size), CHATTER_ROUNDS[size])
        compare('the same, without the history', sides, without(move(size), HISTORY), CHATTER_ROUNDS[size])
        compare(f'accepted move of {size}, without tracking', sides, move(size, tracking=False), rounds)
        compare('the same, the gate alone', sides, without(move(size, tracking=False), HISTORY, BOARDS), rounds)
        compare(f'refused move of {size} (plain: moves)', sides, refuse(size), rounds=5)
    for side in sides:
        move(max(SIZES), tracking=False)(side)
    for size in SIZES[:2]:
        compare(f'write of a required field of {size}', sides, write(size, lambda _side: {'phone': "0999"}), rounds=15)
    compare('get_views, warm', sides, get_views(is_cold=False), rounds=15)
    compare('get_views, cold', sides, get_views(is_cold=True), rounds=5)


if __name__ == '__main__':
    main()
