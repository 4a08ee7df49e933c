{
    "name": "CareDesk Automation with Surveys",
    "summary": "Rules send surveys, and act on what customers answer",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["caredesk_automation", "caredesk_survey"],
    "data": [
        "security/ir.model.access.csv",
        "security/caredesk_automation_survey_rules.xml",
        "data/caredesk_automation_merge_field_data.xml",
        "views/caredesk_automation_rule_views.xml",
    ],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
