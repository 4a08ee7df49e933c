{
    "name": "CareDesk Surveys with Employees",
    "summary": "Surveys are assigned to whole departments",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["caredesk_survey", "hr"],
    "data": ["security/ir.model.access.csv", "views/caredesk_survey_assignment_views.xml"],
    "auto_install": True,
}
