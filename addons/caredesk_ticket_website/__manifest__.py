{
    "name": "CareDesk Tickets on the Website",
    "summary": "Build your own request forms with the website's form builder",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["caredesk_ticket", "website"],
    "auto_install": True,
    "data": [
        "data/ir_model_data.xml",
        "data/website_menu_data.xml",
    ],
    "assets": {
        "website.website_builder_assets": [
            "caredesk_ticket_website/static/src/website_builder/**/*",
        ],
        "web.assets_tests": ["caredesk_ticket_website/static/tests/tours/**/*"],
    },
}
