from . import caredesk_automation_preview
