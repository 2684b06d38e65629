from dataclasses import dataclass
from typing import Any


@dataclass
class OrderPlan:
    """What is to become of one opportunity, as decided before anything is written.

    Attributes hold recordsets, empty where there is none, but for the first and the booleans.
    ``known_orders`` and ``known_partners`` are what the decision was made in view of: an order that appears
    afterwards stops the conversion, a customer that appears afterwards is used rather than doubled.
    """

    action: str  # 'confirm' an existing quotation, 'create' an order, or 'skip'
    order: Any
    partner: Any
    create_partner: bool
    template: Any
    known_orders: Any
    known_partners: Any
    is_template_lost: bool = False  # deleted since: what it held must not silently become something else
    is_partner_hidden: bool = False  # out of the user's sight
    is_product_hidden: bool = False


@dataclass
class OrderResult:
    """What became of one opportunity.

    ``state`` is ``done``, ``skip`` (nothing to do, or no longer), ``failed`` or ``busy`` (somebody else is at work
    on the opportunity at this moment: try again). ``message`` says why, in the user's language.
    """

    state: str
    order: Any
    message: str = ''
