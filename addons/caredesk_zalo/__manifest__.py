{
    "name": "CareDesk Zalo",
    "summary": "Zalo Official Accounts inside Discuss: conversations, delivery, customers",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["caredesk_ticket", "phone_validation", "sale_management"],
    "data": [
        "security/caredesk_zalo_groups.xml",
        "security/ir.model.access.csv",
        "security/caredesk_zalo_rules.xml",
        "data/ir_cron_data.xml",
        "views/caredesk_zalo_app_views.xml",
        "views/caredesk_zalo_oa_views.xml",
        "views/caredesk_zalo_contact_views.xml",
        "views/caredesk_zalo_event_views.xml",
        "views/caredesk_zalo_message_views.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "caredesk_zalo/static/src/core/**/*",
            "caredesk_zalo/static/src/connection/**/*",
        ],
    },
    "external_dependencies": {"python": ["requests"]},
}
