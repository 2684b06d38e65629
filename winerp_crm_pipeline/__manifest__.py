{
    'name': 'WinERP CRM Pipeline',
    'summary': 'Requirements per stage, enforced everywhere, and automatic probability',
    'version': '19.0.1.1.0',
    'category': 'Sales/CRM',
    'author': 'WinERP',
    'license': 'LGPL-3',
    'depends': ['crm'],
    # It has the same fields on the stage.
    'excludes': ['crm_stage_probability'],
    'images': ['static/description/dialog_vi.png'],
    'data': [
        'security/winerp_crm_pipeline_security.xml',
        'security/ir.model.access.csv',
        'data/ir_cron_data.xml',
        'views/crm_stage_requirement_views.xml',
        'views/crm_stage_views.xml',
        'views/crm_stage_override_views.xml',
        'views/crm_lead_views.xml',
        'views/winerp_crm_pipeline_menus.xml',
    ],
    'demo': [
        'demo/res_company_demo.xml',
        'demo/res_users_demo.xml',
        'demo/res_partner_demo.xml',
        'demo/crm_stage_demo.xml',
        'demo/crm_configuration_demo.xml',
        'demo/crm_lead_demo.xml',
        'demo/crm_opportunity_open_demo.xml',
        'demo/crm_opportunity_closed_demo.xml',
        'demo/crm_stage_move_demo.xml',
        'demo/mail_message_demo.xml',
        'demo/mail_activity_demo.xml',
        'demo/calendar_event_demo.xml',
    ],
    'pre_init_hook': 'pre_init_hook',
    'assets': {
        'web.assets_backend': [
            'winerp_crm_pipeline/static/src/**/*',
        ],
        'web.assets_tests': [
            'winerp_crm_pipeline/static/tests/tours/**/*',
        ],
        'web.assets_unit_tests': [
            'winerp_crm_pipeline/static/tests/filled_cases.js',
            'winerp_crm_pipeline/static/tests/**/*.test.js',
        ],
    },
}
