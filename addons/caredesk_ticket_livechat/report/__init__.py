from . import caredesk_satisfaction
