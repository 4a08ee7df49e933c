from . import caredesk_ticket_kpi
from . import caredesk_ticket_stage_time
from . import caredesk_satisfaction
