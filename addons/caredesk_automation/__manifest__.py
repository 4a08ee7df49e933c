{
    "name": "CareDesk Automation",
    "summary": "Rules that care for customers by themselves, care schedules, tasks, points and levels",
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
        # Care
        "views/caredesk_automation_menus.xml",
        "views/caredesk_care_menus.xml",
    ],
}
