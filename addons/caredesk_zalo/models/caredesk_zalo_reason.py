from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

#: What agents read when Zalo refuses; the numbers that end in a refusal of a conversation.
_REASONS = {
    -32: _lt("Too many messages in one minute; it is tried again."),
    -100: _lt("The file has expired at Zalo. Send it again."),
    -201: _lt("Zalo does not accept a value of the message."),
    -210: _lt("The message exceeds a limit of Zalo."),
    -211: _lt("The quota of the Official Account is used up."),
    -213: _lt("The customer does not follow the Official Account."),
    -217: _lt("The customer has blocked invitations of the Official Account."),
    -218: _lt("This customer cannot receive more messages for now."),
    -222: _lt("The customer is inactive or has blocked the Official Account."),
    -224: _lt("The package of the Official Account does not include this."),
    -227: _lt("The customer is banned or was inactive for more than 45 days."),
    -219: _lt("The app was removed or disabled at Zalo; an administrator has to act."),
    -221: _lt("The Official Account is not verified at Zalo."),
    -223: _lt("The Official Account has not authorised the app for this."),
    -234: _lt("Zalo does not send this at night; it is tried again in the morning."),
    -230: _lt("The customer has not written within the past 7 days."),
    -232: _lt("The customer has never written, or too long ago."),
    -233: _lt("Zalo does not support this kind of message."),
    -244: _lt("The customer does not want messages of the Official Account."),
    -248: _lt("The message violates the rules of Zalo."),
}

#: What the client says when no answer came that could be read, by its own words.
_CLIENT_REASONS = {
    "Zalo could not be reached.": _lt("Zalo could not be reached."),
    "The connection to Zalo was lost.": _lt("The connection to Zalo was lost."),
    "Zalo did not answer in time.": _lt("Zalo did not answer in time."),
    "Zalo is not called for a moment.": _lt("Zalo does not answer; it is tried again by itself."),
    "The file could not be fetched.": _lt("The file could not be fetched."),
    "The file is gone.": _lt("The file is gone."),
}


class CaredeskZaloReason(models.AbstractModel):
    """Why Zalo did not take a message, in the reader's language."""

    _name = "caredesk.zalo.reason"
    _description = "Zalo Reason"

    @api.model
    def _text(self, code, reason):
        """Return what to show for an error number; Zalo's own words are rarely of use."""
        if not code:
            return str(_CLIENT_REASONS.get(reason, reason or ""))
        known = _REASONS.get(code)
        return str(known) if known else self.env._("Zalo refused with error %s.", code)
