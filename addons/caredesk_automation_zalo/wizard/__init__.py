from . import caredesk_automation_zalo_send
