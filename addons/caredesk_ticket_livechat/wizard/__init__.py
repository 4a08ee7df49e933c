from . import caredesk_livechat_ticket
