"""What is passed between the wizard, which asks, and the opportunities, which answer."""
from dataclasses import dataclass
from typing import Literal

from odoo.models import BaseModel


@dataclass
class OrderPlan:
    """What is to become of one opportunity, as decided before anything is written.

    Recordsets are empty where there is none. ``known_orders`` and ``known_partners`` are what the decision was made in
    view of: an order that appears afterwards stops the conversion, a customer that appears afterwards is used rather
    than doubled.
    """

    action: Literal['confirm', 'create', 'skip']
    order: BaseModel  # sale.order: the quotation to confirm
    partner: BaseModel  # res.partner
    create_partner: bool
    template: BaseModel  # sale.order.template
    known_orders: BaseModel  # sale.order
    known_partners: BaseModel  # res.partner
    take_amount: bool = False  # as the expected revenue of the opportunity
    is_template_lost: bool = False  # deleted since: what it held must not silently become something else
    is_order_hidden: bool = False  # out of the user's sight, or not the user's to edit
    is_partner_hidden: bool = False
    is_product_hidden: bool = False


@dataclass(frozen=True)
class ConvertOptions:
    """How opportunities are turned into orders; see ``crm.lead._convert_to_orders`` for what each means."""

    confirm: bool = True
    cancel_others: bool = False
    cancel_reason: str = ''
    include_open: bool = False


@dataclass
class OrderResult:
    """What became of one opportunity.

    ``skip`` is nothing to do, or no longer; ``busy``: somebody else is at work on the opportunity at this moment, try
    again. ``message`` says why, in the user's language.
    """

    state: Literal['done', 'skip', 'failed', 'busy']
    order: BaseModel  # sale.order
    message: str = ''
