{
    "name": "CareDesk Tickets with Sales",
    "summary": "Quotations and orders of the customer on the ticket, tickets on the order",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["caredesk_ticket", "sale"],
    "data": ["views/caredesk_ticket_views.xml", "views/sale_order_views.xml"],
    "auto_install": True,
}
