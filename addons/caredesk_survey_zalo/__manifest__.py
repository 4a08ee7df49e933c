{
    "name": "CareDesk Surveys by Zalo",
    "summary": "Customers are invited to surveys in their Zalo conversation",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["caredesk_survey", "caredesk_zalo"],
    "auto_install": True,
}
