from . import caredesk_ticket_kpi
