from . import caredesk_automation_message
