from . import discuss_channel
from . import discuss_channel_clock
from . import discuss_channel_transcript
from . import caredesk_ticket
from . import res_users
