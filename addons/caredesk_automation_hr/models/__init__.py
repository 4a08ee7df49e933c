from . import caredesk_automation_rule
