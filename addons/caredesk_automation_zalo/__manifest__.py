{
    "name": "CareDesk Automation by Zalo",
    "summary": "Zalo as a channel of automation rules: in the conversation, else by template",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["caredesk_automation", "caredesk_zalo"],
    "data": [
        "security/ir.model.access.csv",
        "security/caredesk_automation_zalo_rules.xml",
        "views/caredesk_automation_message_views.xml",
        "views/caredesk_automation_log_views.xml",
        "views/caredesk_care_form_views.xml",
        "wizard/caredesk_automation_zalo_send_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["caredesk_automation_zalo/static/src/**/*"],
    },
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
