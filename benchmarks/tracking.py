"""What the chatter tells of opportunities that change together: CPU time and queries, beside plain Odoo."""
import argparse
import time

from sides import compare, open_sides

SIZES = (80, 1000)
FOLLOWED = 10  # of a hundred opportunities, by a colleague who is told of stages


def prepare(side, count):
    """Make opportunities of one salesperson in one of two stages, some of them followed by a colleague."""
    env = side.env
    side.stages = env['crm.stage'].create([{'name': name, 'sequence': 500} for name in ("From", "To")])
    user = env.ref('base.user_admin')
    team = env['crm.team'].create({'name': "Benchmark"})
    side.leads = env['crm.lead'].with_context(tracking_disable=True).create([
        {
            'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': side.stages[0].id, 'team_id': team.id,
            'user_id': user.id, 'expected_revenue': number,
        } for number in range(count)
    ]).with_user(user).with_context(tracking_disable=False)
    side.colleague = env['res.users'].create({
        'name': "Colleague", 'login': 'benchmark_colleague', 'notification_type': 'inbox',
        'group_ids': env.ref('sales_team.group_sale_salesman_all_leads').ids,
    })
    env.flush_all()


def move(size):
    def run(side):
        side.leads.browse(side.leads[:size].ids).write({'stage_id': side.stages[1].id})
    return run


def revise(size):
    def run(side):
        side.leads.browse(side.leads[:size].ids).write({'expected_revenue': -1})
    return run


def follow(side):
    for lead in side.leads[:len(side.leads) * FOLLOWED // 100]:
        lead.message_subscribe(side.colleague.partner_id.ids, side.env.ref('crm.mt_lead_stage').ids)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=5, help='rounds that count')
    arguments = parser.parse_args()
    sides = open_sides()
    for side in sides:
        prepare(side, max(SIZES))

    def measure(title, change):
        compare(title, sides, change, rounds=arguments.rounds, clock=time.process_time)

    for size in SIZES:
        measure(f'stage of {size}', move(size))
        measure(f'expected revenue of {size}', revise(size))
    for side in sides:
        follow(side)
    measure(f'stage of {max(SIZES)}, {FOLLOWED} % followed', move(max(SIZES)))


if __name__ == '__main__':
    main()
