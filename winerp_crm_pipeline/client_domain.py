"""Domains and moments as clients give them, and as they can be sent back. Plain Python, whatever the model."""
from datetime import date, datetime

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain


def read_domain(model, domain):
    """Return a domain that a client gives, as a list of what JSON can say.

    :param model: what it is on
    :raise UserError: if it is none
    """
    try:
        wanted = to_client(domain)
        Domain(wanted).optimize(model)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:  # whatever core makes of it
        raise UserError(model.env._("This is no filter: %(error)s", error=error)) from error
    return wanted


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


def read_moment(env, moment):
    """Return a moment that a client gives, in whatever form, as text.

    :raise UserError: if it is none
    """
    try:
        text = fields.Datetime.to_string(fields.Datetime.to_datetime(moment))
    except (TypeError, ValueError):
        text = False
    if not text:
        raise UserError(env._("“%(value)s” is no moment: write it as 2030-12-31 23:59:59.", value=moment))
    return text


def in_period(env, field_name, date_from, date_to):
    """Return the domain of what is in ``[date_from, date_to)``, moments in whatever form or none.

    :raise UserError: if one is no moment
    """
    return [
        (field_name, operator, read_moment(env, moment))
        for operator, moment in (('>=', date_from), ('<', date_to)) if moment]
