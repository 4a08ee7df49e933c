from . import caredesk_care_report
