from . import models, wizard


def post_init(env):
    """Call the tax code what Vietnamese paper calls it, as Odoo has it for other countries, unless it has a name."""
    vietnam = env.ref('base.vn')
    if not vietnam.vat_label:
        vietnam.vat_label = 'MST'
