{
    "name": "CareDesk Tickets: Live Chat",
    "summary": "Tickets from website live chats, with the conversation and a link both ways",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["caredesk_ticket", "im_livechat"],
    "data": [
        "security/ir.model.access.csv",
        "security/caredesk_ticket_livechat_rules.xml",
        "wizard/caredesk_livechat_ticket_views.xml",
        "views/caredesk_ticket_views.xml",
    ],
    "demo": ["demo/caredesk_livechat_demo.xml"],
    "assets": {
        "web.assets_backend": ["caredesk_ticket_livechat/static/src/backend/**/*"],
        "web.assets_unit_tests": ["caredesk_ticket_livechat/static/tests/**/*.test.js"],
        # The visitor's own chat window has no tickets.
        "im_livechat.embed_assets_unit_tests_setup": [
            ("remove", "caredesk_ticket_livechat/static/src/backend/**/*"),
        ],
    },
    "auto_install": True,
}
