"""Domains as they can be sent to a client, and come back. Plain Python, no ``env``."""
from datetime import date, datetime

from odoo import fields
from odoo.fields import Domain


def to_client(domain):
    """Return a domain, in whatever form, as a list of what JSON can say, to which conditions can be added.

    :raise ValueError: if it is none: an operator that lacks its condition would take one of those that are added
    """
    return [_to_client(item) for item in Domain(domain)] if domain else []


def _to_client(item):
    if isinstance(item, str) or not hasattr(item, '__iter__'):
        return _to_text(item)
    if isinstance(item, Domain):
        return to_client(item)
    values = [_to_client(value) for value in item]
    return tuple(values) if isinstance(item, tuple) else values


def _to_text(value):
    if isinstance(value, datetime):
        return fields.Datetime.to_string(value)
    return fields.Date.to_string(value) if isinstance(value, date) else value


def in_period(field_name, date_from, date_to):
    """Return the domain of what is in ``[date_from, date_to)``, moments in whatever form or none."""
    return [
        (field_name, operator, fields.Datetime.to_string(fields.Datetime.to_datetime(moment)))
        for operator, moment in (('>=', date_from), ('<', date_to)) if moment]
