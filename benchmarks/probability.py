"""Moves into a stage with automatic probability, and the nightly scoring, beside plain Odoo."""
import argparse
import time

from sides import compare, open_sides

from odoo.fields import Command

OPPORTUNITIES = 10_000
CRON_OPPORTUNITIES = 100_000
WON_LOST = 400
TEAMS = 7  # the scoring asks once for each; with these a move takes plain Odoo 31 queries
SCORING_FIELDS = 'phone_state,email_state,state_id,country_id,source_id,lang_id,tag_ids'


def prepare(side, count):
    """Make opportunities of one salesperson, a history to score from, and a stage that is ticked with the add-ons.

    Customers, provinces, sources and tags differ, there are some teams, and the scoring looks at all that Odoo
    offers it, as in a company that has used it for a while.
    """
    env = side.env
    env['ir.config_parameter'].set_param('crm.pls_fields', SCORING_FIELDS)
    stages = env['crm.stage'].create([
        {'name': name, 'sequence': 500 + number} for number, name in enumerate(("From", "To", "Other"))
    ])
    if 'auto_probability' in stages:
        stages[1].write({'auto_probability': True, 'probability': 30})
    teams = env['crm.team'].create([{'name': f"Benchmark {number}"} for number in range(TEAMS)])
    user = env.ref('base.user_admin')
    country = env.ref('base.vn')
    states = country.state_ids
    sources = env['utm.source'].create([{'name': f"Benchmark {number}"} for number in range(8)])
    tags = env['crm.tag'].create([{'name': f"Benchmark {number}"} for number in range(12)])

    def values(number):
        return {
            'type': 'opportunity', 'team_id': teams[number % TEAMS].id, 'user_id': user.id, 'phone': f"09{number:08}",
            'email_from': f"buyer{number}@customer{number % 50}.example", 'country_id': country.id,
            'state_id': states[number % len(states)].id, 'source_id': sources[number % len(sources)].id,
            'tag_ids': [Command.set([tags[number % 12].id, tags[number * 5 % 12].id])], 'stage_id': stages[0].id,
        }

    leads = env['crm.lead'].with_context(tracking_disable=True)
    side.leads = leads.create([
        {**values(number), 'name': f"Deal {number}", 'expected_revenue': number}
        for number in range(count)
    ]).with_user(user).with_context(tracking_disable=False)
    won = env['crm.stage'].search([('is_won', '=', True)], limit=1)
    history = leads.create([{**values(number), 'name': f"Past {number}"} for number in range(WON_LOST)])
    history[::2].write({'stage_id': won.id})
    history[1::2].action_set_lost()
    env['ir.config_parameter'].set_param('crm.pls_start_date', '2000-01-01')
    side.stages = stages
    env.flush_all()


def move(size, tracking=True):
    def run(side):
        leads = side.leads[:size] if tracking else side.leads[:size].with_context(tracking_disable=True)
        leads.browse(leads.ids).write({'stage_id': side.stages[1].id})
    return run


def drag(side):
    """Drop a card: save the stage and read the card again, as the kanban view does."""
    lead = side.leads[:1]
    view = lead.get_view(side.env.ref('crm.crm_case_kanban_view_leads').id, 'kanban')
    names = [name for name in view['models']['crm.lead'] if name in lead._fields]
    specification = {
        name: {'fields': {'display_name': {}}} if lead._fields[name].relational else {} for name in names
    }
    lead.web_save({'stage_id': side.stages[1].id}, specification)


def prepare_cron(side, count):
    """Multiply an opportunity in SQL; half of them go into the ticked stage. One night has passed already."""
    template = side.leads[:1]
    names = [
        name for name, field in template._fields.items()
        if field.store and field.column_type and name not in ('id', 'stage_id')
    ]
    columns = ', '.join(f'"{name}"' for name in names)
    side.cr.execute(
        f"""INSERT INTO crm_lead ({columns}, stage_id)
            SELECT {columns}, CASE WHEN number %% 2 = 0 THEN %s ELSE %s END
              FROM crm_lead, generate_series(1, %s) number WHERE id = %s""",
        (side.stages[1].id, side.stages[2].id, count, template.id))
    side.env.invalidate_all()
    score(side)
    side.cr.execute('ANALYZE crm_lead')


def score(side):
    side.env['crm.lead']._cron_update_automated_probabilities()


def change_stage(side, count):
    """Print how long the opportunities of a stage take to follow its new value, chunk by chunk as in the background."""
    prepare_cron(side, 2 * count)
    stage = side.stages[1]
    started = time.perf_counter()
    stage.probability = 31
    saved = time.perf_counter()
    while stage.probability_cursor:
        stage._update_next_chunk()
    finished = time.perf_counter()
    print(f'a stage with {count} opportunities: saved after {saved - started:.1f} s, all follow after {finished - started:.1f} s')


def compare_moves(sides):
    for size in (1, 80, 1000):
        compare(f'move {size}', sides, move(size), rounds=15 if size < 1000 else 5)
        compare(f'move {size}, tracking off', sides, move(size, tracking=False), rounds=15 if size < 1000 else 5)
    compare('kanban drag with its reload', sides, drag, rounds=15)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--moves', action=argparse.BooleanOptionalAction, default=True, help='measure moves')
    parser.add_argument(
        '--cron', type=int, default=CRON_OPPORTUNITIES,
        help='opportunities that the nightly scoring scores; 0: leave it out')
    parser.add_argument('--stage', type=int, default=0, help='opportunities of a stage whose probability changes')
    arguments = parser.parse_args()
    sides = open_sides()
    for side in sides:
        prepare(side, OPPORTUNITIES)
    if arguments.moves:
        compare_moves(sides)
    if arguments.cron:
        for side in sides:
            prepare_cron(side, arguments.cron)
        compare(f'nightly scoring of {arguments.cron}', sides, score, rounds=3)
    if arguments.stage:
        change_stage(sides[1], arguments.stage)


if __name__ == '__main__':
    main()
