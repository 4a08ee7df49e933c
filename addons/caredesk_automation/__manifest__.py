{
    "name": "CareDesk Automation",
    "summary": "Rules that care for customers by themselves, care schedules, points, levels",
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
        "security/caredesk_care_rules.xml",
        # Automation and contracts
        "security/caredesk_automation_rules.xml",
        "data/caredesk_automation_data.xml",
        "data/caredesk_automation_merge_field_data.xml",
        "data/ir_cron_automation_data.xml",
        "data/caredesk_automation_rule_data.xml",
        "views/caredesk_automation_rule_views.xml",
        "views/caredesk_automation_log_views.xml",
        "views/caredesk_automation_call_views.xml",
        "views/caredesk_automation_merge_field_views.xml",
        "views/caredesk_automation_preview_views.xml",
        "views/caredesk_automation_partner_views.xml",
        "views/caredesk_automation_settings_views.xml",
        "views/caredesk_automation_opt_out_page.xml",
        "views/caredesk_contract_views.xml",
        # Care
        "data/caredesk_care_cron_data.xml",
        "data/caredesk_care_mail_data.xml",
        "data/caredesk_care_form_data.xml",
        "views/caredesk_care_schedule_views.xml",
        "views/caredesk_care_task_views.xml",
        "views/caredesk_care_form_views.xml",
        "views/caredesk_care_history_views.xml",
        "views/caredesk_care_report_views.xml",
        "views/caredesk_customer_level_views.xml",
        "views/caredesk_care_partner_views.xml",
        "views/caredesk_care_settings_views.xml",
        "views/caredesk_automation_ticket_views.xml",
        "views/caredesk_care_booking_page.xml",
        "views/caredesk_automation_menus.xml",
        "views/caredesk_care_menus.xml",
    ],
    "demo": [
        # Automation and contracts
        "demo/caredesk_contract_demo.xml",
        # Care
        "demo/caredesk_care_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            # Care
            "caredesk_automation/static/src/backend/**/*",
        ],
        "web.assets_unit_tests": ["caredesk_automation/static/tests/**/*.test.js"],
    },
    "uninstall_hook": "uninstall_hook",
}
