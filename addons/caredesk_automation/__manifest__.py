{
    "name": "CareDesk Automation",
    "summary": "Rules that care for customers by themselves, schedules, tasks, points",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": [
        "base_automation",
        "calendar",
        "sms",
        "sale_management",
        "loyalty",
        "sale_loyalty",
        "caredesk_ticket",
    ],
    "data": [
        # Who may do what
        "security/caredesk_automation_groups.xml",
        "security/caredesk_care_groups.xml",
        "security/ir.model.access.csv",
        # Automation and contracts
        "security/caredesk_automation_rules.xml",
        "data/caredesk_automation_data.xml",
        "data/caredesk_automation_merge_field_data.xml",
        "data/ir_cron_automation_data.xml",
        "data/caredesk_automation_rule_data.xml",
        "views/caredesk_automation_rule_views.xml",
        "views/caredesk_automation_log_views.xml",
        "views/caredesk_automation_merge_field_views.xml",
        "views/caredesk_automation_preview_views.xml",
        "views/caredesk_automation_partner_views.xml",
        "views/caredesk_automation_settings_views.xml",
        "views/caredesk_contract_views.xml",
        # Care
        "views/caredesk_automation_menus.xml",
        "views/caredesk_care_menus.xml",
    ],
    "demo": [
        # Automation and contracts
        "demo/caredesk_contract_demo.xml",
    ],
}
