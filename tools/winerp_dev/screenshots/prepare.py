"""Give a database what the pictures need besides the demo data. Runs in `odoo shell`, in this folder."""
from pathlib import Path

# Odoo's community edition has a dark bundle, but no dark colors and no way to choose it: both are added here, the
# way that the editions which have them do it, so that the add-ons' own styles are seen with dark variables.
DARK_URL = '/winerp_screenshots/dark.scss'
BOOTSTRAP = """
    <data>
        <xpath expr="//t[@t-if=&quot;color_scheme == 'dark'&quot;]" position="attributes">
            <attribute name="t-if">request.httprequest.cookies.get('color_scheme') == 'dark'</attribute>
        </xpath>
    </data>
"""


def offer_dark(env):
    palette = Path('dark.scss').read_bytes()
    env['ir.attachment'].create({
        'name': 'dark.scss', 'url': DARK_URL, 'raw': palette, 'mimetype': 'text/scss', 'type': 'binary', 'public': True})
    env['ir.asset'].create({
        'name': 'dark colors', 'bundle': 'web.assets_web_dark', 'directive': 'prepend', 'path': DARK_URL})
    env['ir.ui.view'].create({
        'name': 'dark by cookie', 'type': 'qweb', 'inherit_id': env.ref('web.webclient_bootstrap').id, 'arch': BOOTSTRAP})


def add_warning(env):
    """Have a stage warn of something, which the demo data do not."""
    prefix = 'winerp_crm_pipeline.demo_'
    env['crm.stage.requirement'].create({
        'stage_id': env.ref('crm.stage_lead3').id, 'kind': 'field', 'level': 'warn', 'scope': 'stage', 'sequence': 45,
        'field_id': env['ir.model.fields']._get('crm.lead', 'source_id').id,
        'company_id': env.ref(f'{prefix}company').id,
    })
    env.ref(f'{prefix}lead_duoc_printers').source_id = False


def fix_colors(env):
    """Have the same people look the same in all pictures: the color of an avatar comes from the date of creation."""
    env.cr.execute("UPDATE res_users SET create_date = '2026-01-01'")
    env.cr.execute("UPDATE res_partner SET create_date = '2026-01-01'")


def main(env):
    fix_colors(env)
    offer_dark(env)
    add_warning(env)
    env.cr.commit()


main(env)  # noqa: F821 - odoo shell has it
