{
    'name': 'Opportunities to Orders',
    'summary': 'Turn won opportunities into sales orders, one or a thousand, never twice',
    'version': '19.0.1.2.0',
    'category': 'Sales/CRM',
    'author': 'WinERP',
    'maintainer': 'WinERP',
    'license': 'LGPL-3',
    'depends': ['winerp_crm_pipeline', 'sale_crm', 'sale_management'],
    'auto_install': ['winerp_crm_pipeline', 'sale_crm'],
    'images': ['static/description/orders_vi.png', 'static/description/order_vi.png'],
    'data': [
        'security/ir.model.access.csv',
        'security/winerp_sale_bridge_security.xml',
        'data/product_data.xml',
        'wizard/crm_lead_convert_order_views.xml',
        'views/crm_lead_views.xml',
        'views/sale_order_views.xml',
        'views/res_config_settings_views.xml',
        'report/sale_report_templates.xml',
    ],
    'post_init_hook': 'post_init',
    'assets': {
        'web.assets_backend': [
            'winerp_sale_bridge/static/src/**/*',
        ],
        'web.assets_tests': [
            'winerp_sale_bridge/static/tests/tours/**/*',
        ],
    },
    'demo': [
        'demo/res_company_demo.xml',
        'demo/crm_team_demo.xml',
        'demo/crm_stage_requirement_demo.xml',
        'demo/product_demo.xml',
        'demo/sale_order_template_demo.xml',
        'demo/sale_order_demo.xml',
    ],
}
