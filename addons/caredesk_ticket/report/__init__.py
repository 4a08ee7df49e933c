from . import caredesk_report_row
from . import caredesk_ticket_kpi
from . import caredesk_ticket_stage_time
from . import caredesk_report_reader
from . import caredesk_ticket_report
from . import caredesk_sla_report
from . import caredesk_satisfaction
