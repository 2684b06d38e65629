"""Let test classes outside the add-ons be Odoo's own, as in an add-on."""
from odoo.tests import BaseCase


def pytest_pycollect_makeitem(collector, name, obj):
    """Give a test class what Odoo gives only to those in odoo.addons: its tags and the name of its module."""
    if isinstance(obj, type) and issubclass(obj, BaseCase):
        obj.test_tags = {'standard', 'post_install'} | (getattr(obj, 'test_tags', None) or set())
        obj.test_module = 'tests'
