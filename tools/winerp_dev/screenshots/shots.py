"""Which pictures ./dev screenshots takes, and how one gets to what they show."""
import json
from collections.abc import Callable
from typing import NamedTuple

LANGUAGES = {'vi': 'vi_VN', 'en': 'en_US'}
THEMES = ('light', 'dark')
DEVICES = {
    'desktop': {'width': 1280, 'height': 760},
    'phone': {'width': 390, 'height': 844, 'scale': 2, 'touch': True},
}
PIPELINE = '/odoo/action-crm.crm_lead_action_pipeline'
WORKLIST = '/odoo/action-winerp_crm_pipeline.crm_lead_missing_information_action'
STAGE = '/odoo/action-crm.crm_stage_action/{demo_stage_negotiation}'
NEW, QUALIFIED, QUOTATION, NEGOTIATION = range(1, 5)
DIALOG = '.o_winerp_stage_dialog'
KANBAN = '.o_kanban_record:not(.o_kanban_ghost)'


class Shot(NamedTuple):
    """One state of the screens.

    ``path`` may name records of the demo data in braces; ``steps`` lead from there to what is shown.
    """

    name: str
    login: str
    path: str
    steps: Callable
    devices: tuple = tuple(DEVICES)
    undo: Callable = None
    """``(client of the administrator, ids)``: puts back what the steps have changed."""


# The six best, for people who have not installed anything: {file in static/description: (shot, language, device)}.
PUBLISHED = {
    'pipeline_vi.png': ('pipeline', 'vi', 'desktop'),
    'dialog_vi.png': ('dialog', 'vi', 'desktop'),
    'phone_vi.png': ('phone_dialog', 'vi', 'phone'),
    'form_en.png': ('form', 'en', 'desktop'),
    'several_en.png': ('several', 'en', 'desktop'),
    'stage_en.png': ('stage', 'en', 'desktop'),
}


def column(index):
    return f'.o_kanban_group:nth-of-type({index})'


def whole_pipeline(page):
    """Show everybody's opportunities."""
    page.find('.o_kanban_view')
    page.click('.o_searchview_facet .o_facet_remove')
    page.find(f'{column(NEW)} {KANBAN}', 'Thiết kế lại sảnh lễ tân')


def drop(page, name, source, target):
    whole_pipeline(page)
    page.settle()
    page.drag((f'{column(source)} {KANBAN}', name), (f'{column(target)} .o_kanban_header', ''))


def dialog(page):
    drop(page, 'Thiết kế lại sảnh lễ tân', NEW, QUALIFIED)
    fill_in_revenue(page)


def phone_dialog(page):
    page.click('.o_statusbar_status button.dropdown-toggle')
    page.click(f'.o-dropdown-item:nth-of-type({QUALIFIED})')
    fill_in_revenue(page)


def fill_in_revenue(page):
    page.find(f'{DIALOG} .o_field_widget[name=expected_revenue] input')
    page.type('48500000')
    page.click(f'{DIALOG} p')  # out of the field, so that the amount is written as such


def conditions(page):
    drop(page, 'Bàn ghế làm việc cho chi nhánh Đà Nẵng', QUALIFIED, NEGOTIATION)
    page.find(f'{DIALOG} li')


def override(page):
    drop(page, 'Bàn ghế làm việc cho chi nhánh Đà Nẵng', QUALIFIED, NEGOTIATION)
    page.click(f'{DIALOG} .o_winerp_start_override')
    page.find(f'{DIALOG} textarea')
    page.type('Khách quen, báo giá đã gửi qua Zalo.')


def quick_create(page):
    whole_pipeline(page)
    page.click(f'{column(QUALIFIED)} .o_kanban_quick_add')
    page.find('.o_kanban_quick_create .o_field_widget[name=name] input')
    page.click('.o_kanban_quick_create .o_field_widget[name=name] input')
    page.type('Ghế công thái học cho phòng thiết kế')
    page.click('.o_kanban_quick_create .o_kanban_add')
    page.find(f'{DIALOG} .o_field_widget')


def several(page):
    page.find('.o_list_view')
    page.click('.o_searchview_facet .o_facet_remove')
    names = ('Máy chấm công cho nhà máy mới', 'Thuê máy photocopy theo tháng', 'Thiết kế lại sảnh lễ tân',
             'Ghế xoay cho tổng đài 30 chỗ')
    for name in names:
        page.find('.o_data_row', name)
        page.evaluate(f"""[...document.querySelectorAll('.o_data_row')]
            .find((row) => row.textContent.includes({json.dumps(name)}))
            .querySelector('.o_list_record_selector input').click()""")
    page.click('.o_data_row_selected .o_data_cell[name=stage_id]')
    page.click('.o_selected_row .o_field_widget[name=stage_id] input')
    page.click(f'.o-autocomplete--dropdown-item:nth-of-type({QUALIFIED})')
    page.click('.modal-footer .btn-primary')
    page.find(f'{DIALOG} tbody tr')


def warning(page):
    drop(page, 'Nâng cấp máy in khối văn phòng', QUALIFIED, QUOTATION)
    page.find('.o_notification .btn')


def undo_warning(client, ids):
    client.call('crm.lead', 'write', [int(ids['demo_lead_duoc_printers'])], {'stage_id': int(ids['stage_lead2'])})


def tooltip(page):
    whole_pipeline(page)
    page.hover(f'{column(NEW)} .o_winerp_stage_chip')
    page.find('.o-tooltip, .o_popover')


def column_menu(page):
    whole_pipeline(page)
    page.hover(f'{column(QUALIFIED)} .o_kanban_header')
    page.evaluate(f"document.querySelector('{column(QUALIFIED)} .o_group_config button').click()")
    page.find('.o_winerp_edit_requirements')


def own_pipeline(page):
    page.find('.o_winerp_stage_chip')


def stage(page):
    page.find('.o_field_widget[name=requirement_ids] :is(.o_data_row, .o_kanban_record)')
    page.find('.o_winerp_stage_preview')


def preview(page):
    page.click('.o_winerp_stage_preview')
    page.find(DIALOG)


def worklist(page):
    page.find('.o_group_open')
    page.evaluate("document.querySelectorAll('.o_group_header:not(.o_group_open)').forEach((row) => row.click())")
    page.find('.o_data_row .o_tag')


def showing(selector):
    return lambda page: page.find(selector)


SHOTS = (
    Shot('pipeline', 'ha', PIPELINE, whole_pipeline, devices=('desktop',)),
    Shot('phone_pipeline', 'linh', PIPELINE, own_pipeline, devices=('phone',)),
    Shot('chip_tooltip', 'ha', PIPELINE, tooltip, devices=('desktop',)),
    Shot('dialog', 'ha', PIPELINE, dialog, devices=('desktop',)),
    Shot('phone_dialog', 'ha', '/odoo/crm/{demo_lead_khach_san_lobby}', phone_dialog, devices=('phone',)),
    Shot('conditions', 'ha', PIPELINE, conditions, devices=('desktop',)),
    Shot('quick_create', 'ha', PIPELINE, quick_create, devices=('desktop',)),
    Shot('several', 'ha', f'{PIPELINE}?view_type=list', several, devices=('desktop',)),
    Shot('override', 'khai', PIPELINE, override, devices=('desktop',)),
    Shot('warning', 'ha', PIPELINE, warning, devices=('desktop',), undo=undo_warning),
    Shot('form', 'ha', '/odoo/crm/{demo_lead_mam_non_furniture}', showing('.o_winerp_stage_checklist')),
    Shot('stage', 'admin', STAGE, stage),
    Shot('preview', 'admin', STAGE, preview),
    Shot('column_menu', 'admin', PIPELINE, column_menu, devices=('desktop',)),
    Shot('worklist', 'khai', WORKLIST, worklist, devices=('desktop',)),
)
