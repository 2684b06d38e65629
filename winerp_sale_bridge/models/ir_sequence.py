"""The numbers of a batch of orders, drawn with one query rather than one after the other."""
from odoo import api, models
from odoo.tools import SQL

# Context key; a Python object, which no RPC client can send.
NUMBERS = 'winerp_sale_bridge_numbers'
# What a drawn number stands in for: whoever has a part of it overridden stays in charge.
STOOD_IN_FOR = {'next_by_code', 'get_next_char', '_next', '_next_do', '_get_current_sequence', '_get_prefix_suffix'}
CORE = {'odoo.addons.base.models.ir_sequence', __name__}


class Numbers(dict):
    """Numbers drawn ahead as long as one ``create`` lasts, by question.

    :ivar int count: how many records are being created, that is how often the same question is going to be asked
    """

    def __init__(self, count):
        super().__init__()
        self.count = count


class IrSequence(models.Model):
    _inherit = 'ir.sequence'

    @api.model
    def next_by_code(self, sequence_code, sequence_date=None):
        numbers = self.env.context.get(NUMBERS)
        if not isinstance(numbers, Numbers) or not self._is_cores_own():
            return super().next_by_code(sequence_code, sequence_date=sequence_date)
        question = sequence_code, sequence_date, self.env.company
        if question not in numbers:
            numbers[question] = iter(self._draw_by_code(sequence_code, sequence_date, numbers.count))
        drawn = next(numbers[question], None)
        return drawn or super().next_by_code(sequence_code, sequence_date=sequence_date)

    @api.model
    def _is_cores_own(self):
        """Whether nobody but core has a say in what the next number is."""
        return not any(
            cls.__module__ not in CORE and not STOOD_IN_FOR.isdisjoint(vars(cls))
            for model in (self, self.env['ir.sequence.date_range']) for cls in type(model).__mro__)

    @api.model
    def _draw_by_code(self, sequence_code, sequence_date, count):
        """Return what ``next_by_code`` would, called so often in a row; nothing where a number may leave no gap."""
        self.browse().check_access('read')
        domain = [('code', '=', sequence_code), ('company_id', 'in', [self.env.company.id, False])]
        sequence = self.search(domain, order='company_id', limit=1)
        if sequence.implementation != 'standard':
            return []
        name = f'ir_sequence_{sequence.id:03d}'
        period = sequence._get_current_sequence(sequence_date or self.env.context.get('ir_sequence_date'))
        if period != sequence:
            name += f'_{period.id:03d}'
            sequence = sequence.with_context(ir_sequence_date_range=period.date_from)
        drawn = self.env.execute_query(SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count))
        return [sequence.get_next_char(number) for [number] in drawn]
