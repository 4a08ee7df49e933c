{
    "name": "CareDesk Automation with Employees",
    "summary": "Automation rules write to whole departments",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["caredesk_automation", "hr"],
    "data": ["security/ir.model.access.csv", "views/caredesk_automation_rule_views.xml"],
    "auto_install": True,
}
