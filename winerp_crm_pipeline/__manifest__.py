{
    'name': 'WinERP CRM Pipeline',
    'summary': 'Requirements per stage, enforced everywhere, and automatic probability',
    'version': '19.0.1.0.0',
    'category': 'Sales/CRM',
    'author': 'WinERP',
    'license': 'LGPL-3',
    'depends': ['crm'],
    'data': [
        'security/winerp_crm_pipeline_security.xml',
        'security/ir.model.access.csv',
        'views/crm_stage_requirement_views.xml',
        'views/crm_stage_views.xml',
    ],
}
