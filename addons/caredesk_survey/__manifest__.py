{
    "name": "CareDesk Surveys",
    "summary": "Question bank, surveys of customers and employees, scores, history, write-back",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["survey", "sms", "caredesk_ticket"],
    "data": [
        "security/caredesk_survey_groups.xml",
        "security/ir.model.access.csv",
        "views/menus.xml",
    ],
}
