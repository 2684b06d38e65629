{
    'name': 'WinERP Sale Bridge',
    'summary': 'Turn won opportunities into sales orders, one or a thousand, never twice',
    'version': '19.0.1.0.0',
    'category': 'Sales/CRM',
    'author': 'WinERP',
    'license': 'LGPL-3',
    'depends': ['winerp_crm_pipeline', 'sale_crm', 'sale_management'],
    'auto_install': ['winerp_crm_pipeline', 'sale_crm'],
    'data': [
    ],
}
