"""How the demo's opportunities live: who works how, what is sold, what becomes of it. Plain Python, no ``env``."""
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

STAGES = ('crm.stage_lead1', 'crm.stage_lead2', 'crm.stage_lead3', 'demo_stage_negotiation', 'crm.stage_lead4')
NEW, QUALIFIED, QUOTATION, NEGOTIATION, WON = range(len(STAGES))
DAYS = (4, 7, 16, 7)  # usually in each stage: deals get stuck in the quotation
LOST_IN = (2, 4, 9, 3)  # of 18 that are lost
PATIENCE = 1.7  # times as long as usual, until what does not go on is given up
REASONS = (
    ('unreachable', 'competitor'), ('postponed', 'competitor'), ('price', 'price', 'postponed', 'stock'), ('price', 'tender'))


class Person(NamedTuple):
    """A salesperson, and how they work."""

    name: str
    team: str
    load: int
    won: float
    """the part of the opportunities"""
    pace: float
    """how many times as long as usual an opportunity stays in a stage"""


PEOPLE = (
    Person('linh', 'north', 5, 0.62, 0.7),
    Person('nam', 'north', 5, 0.3, 1.3),
    Person('ha', 'north', 2, 0.5, 1),
    Person('vy', 'south', 5, 0.5, 0.9),
    Person('phuc', 'south', 5, 0.22, 1.6),
    Person('tuan', 'south', 2, 0.5, 1),
    Person('son', 'project', 3, 0.4, 1.2),
    Person('mai', 'project', 3, 0.45, 1.1),
)


class Goods(NamedTuple):
    name: str
    tag: str
    price: int
    smallest: int
    largest: int


GOODS = (  # at the prices of the sales demo, which makes orders of what was won
    Goods("%d ghế lưới văn phòng", 'furniture', 1_890_000, 10, 80),
    Goods("%d bàn làm việc", 'furniture', 2_350_000, 8, 60),
    Goods("%d tủ hồ sơ sắt", 'furniture', 3_450_000, 4, 30),
    Goods("Vách ngăn %d m²", 'furniture', 1_250_000, 20, 120),
    Goods("%d bàn gấp phòng đào tạo", 'furniture', 1_450_000, 12, 60),
    Goods("Thiết kế văn phòng %d m²", 'design', 150_000, 120, 900),
    Goods("%d máy in mạng", 'equipment', 4_290_000, 3, 20),
    Goods("%d máy chấm công vân tay", 'equipment', 3_900_000, 2, 15),
    Goods("%d camera văn phòng", 'equipment', 1_650_000, 8, 48),
    Goods("Bảo trì thiết bị %d năm", 'service', 24_000_000, 1, 3),
    Goods("Thuê máy photocopy %d tháng", 'service', 1_500_000, 12, 36),
    Goods("Phần mềm chấm công cho %d chi nhánh", 'software', 18_000_000, 1, 6),
)


class Change(NamedTuple):
    moment: datetime
    values: dict[str, Any]
    """of ``stage_id``, a number of :data:`STAGES`, ``won_status``, ``expected_revenue``"""


class Deal(NamedTuple):
    person: Person
    goods: Goods
    quantity: int
    begun: datetime
    changes: list[Change]
    reason: str | None
    """why it was lost"""

    def get_last(self, name, default=None):
        """Return the moment of the last change of a value, and that."""
        found = [(change.moment, change.values[name]) for change in self.changes if name in change.values]
        return found[-1] if found else (self.begun, default)


def decide(dice, today, count):
    """Return :class:`Deal`s that were won or lost in the last five months, and so began in the last six or so."""
    people = dice.choices(PEOPLE, [person.load for person in PEOPLE], k=count)
    return [
        _decide(dice, person, datetime.combine(today, time()) - timedelta(days=3 + 150 * (number + dice.random()) / count))
        for number, person in enumerate(people)]


def _decide(dice, person, decided):
    goods = dice.choice(GOODS)
    quantity = dice.randint(goods.smallest, goods.largest)
    is_won = dice.random() < person.won
    last = WON if is_won else dice.choices(range(WON), LOST_IN)[0]
    path = _choose_path(dice, last)
    days = [DAYS[stage] * person.pace * dice.lognormvariate(0, 0.35) for stage in path if stage != WON]
    if not is_won:
        days[-1] *= PATIENCE
    moments = [decided - timedelta(days=sum(days[number:])) for number in range(len(path))]
    changes = [Change(to_work(moment), {'stage_id': stage}) for moment, stage in zip(moments, path, strict=True)]
    begun = changes.pop(0).moment
    if not is_won:
        changes.append(Change(to_work(decided), {'won_status': 'lost'}))
    else:
        changes[-1].values['won_status'] = 'won'
        if dice.random() < 0.2:
            changes = _lose_for_a_while(changes)
    reason = None if is_won else dice.choice(REASONS[last])
    return Deal(person, goods, quantity, begun, changes, reason)


def _choose_path(dice, last):
    """Return the stages that lead to the last one: who agrees at once is not negotiated with, a few get another quotation."""
    path = [stage for stage in range(last + 1) if stage != NEGOTIATION or stage == last or dice.random() < 0.7]
    if NEGOTIATION in path and dice.random() < 0.12:
        number = path.index(NEGOTIATION)
        path[number:number] = [NEGOTIATION, QUOTATION]
    return path


def _lose_for_a_while(changes):
    """Return changes with which it had been given up before it went on."""
    *_earlier, before, after = [None, *changes]
    if not before or after.moment - before.moment < timedelta(days=6):
        return changes
    days = after.moment - before.moment
    return [
        *changes[:-1], Change(to_work(before.moment + days * 0.3), {'won_status': 'lost'}),
        Change(to_work(before.moment + days * 0.8), {'won_status': 'pending'}), after]


def lead_to(dice, stage, begun, arrived, lost):
    """Return the :class:`Change`s that lead an opportunity to where it is.

    :param arrived: when it came into its stage
    :param lost: when it was lost, if it was
    """
    path = _choose_path(dice, stage)
    weights = [DAYS[passed] * dice.lognormvariate(0, 0.25) for passed in path[:-1]]
    changes = [
        Change(to_work(begun + (arrived - begun) * sum(weights[:number]) / sum(weights)), {'stage_id': passed})
        for number, passed in enumerate(path[1:], 1)]
    if changes:
        changes[-1] = changes[-1]._replace(moment=arrived)
    if stage == WON:
        changes[-1].values['won_status'] = 'won'
    elif not lost and arrived - begun > timedelta(days=50):  # what was given up once is open again
        return _lose_for_a_while(changes)
    return [*changes, Change(lost, {'won_status': 'lost'})] if lost else changes


def estimate(dice, revenue, changes):
    """Write into changes what was expected of an opportunity; return what was at first: the quotation tells it exactly."""
    quoted = next((change for change in changes if change.values.get('stage_id') == QUOTATION), None)
    if not quoted or not revenue or dice.random() < 0.3:
        return revenue
    last = [change for change in changes if change.values.get('stage_id') == NEGOTIATION][-1:]
    price = revenue
    if last and dice.random() < 0.5:  # a discount
        last[0].values['expected_revenue'] = revenue
        price = round(revenue * dice.uniform(1.02, 1.12), -4)
    quoted.values['expected_revenue'] = price
    return round(price * dice.uniform(0.75, 1.3), -5)


def to_work(moment):
    """Return a moment of the same day in working hours (UTC), later ones later."""
    begun = datetime.combine(moment.date(), time(1, 15))
    return (begun + (moment - datetime.combine(moment.date(), time())) / 3).replace(second=0, microsecond=0)
