from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

#: What agents read when Zalo refuses; the numbers that end in a refusal of a conversation.
_REASONS = {
    -32: _lt("Too many messages in one minute; it is tried again."),
    -100: _lt("The file has expired at Zalo. Send it again."),
    -200: _lt("Zalo could not send the message."),
    -201: _lt("Zalo does not accept a value of the message."),
    -204: _lt("The Official Account is disabled at Zalo."),
    -205: _lt("Zalo does not know the Official Account."),
    -209: _lt("The app is not activated at Zalo."),
    -210: _lt("The message exceeds a limit of Zalo."),
    -211: _lt("The quota of the Official Account is used up."),
    -212: _lt("The app has no permission for this; grant it at Zalo and connect again."),
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
    -235: _lt("This type of Official Account cannot do this."),
    -242: _lt("Zalo does not accept the proof made with the app's secret key."),
    -244: _lt("The customer does not want messages of the Official Account."),
    -248: _lt("The message violates the rules of Zalo."),
    -305: _lt("The 48 hours for a reply are over."),
    -311: _lt("The replies of this conversation are used up."),
    -320: _lt("The app is not connected to a Zalo Cloud Account."),
    -321: _lt("The Zalo Cloud Account has run out of money."),
    # the host of templates; -100 means something else there
    -108: _lt("The phone number is not valid."),
    -114: _lt("The customer cannot receive the message."),
    -115: _lt("The account has no money or quota left at Zalo."),
    -118: _lt("The phone number has no Zalo account."),
    -119: _lt("The customer's Zalo account cannot receive the message."),
}

#: What the client says when no answer came that could be read, by its own words.
_CLIENT_REASONS = {
    "Zalo could not be reached.": _lt("Zalo could not be reached."),
    "The connection to Zalo was lost.": _lt("The connection to Zalo was lost."),
    "Zalo did not answer in time.": _lt("Zalo did not answer in time."),
    "Zalo is not called for a moment.": _lt("Zalo does not answer; it is tried again by itself."),
    "The file could not be fetched.": _lt("The file could not be fetched."),
    "The file is gone.": _lt("The file is gone."),
    "The answer of Zalo was lost.": _lt("The answer of Zalo was lost."),
}


class CaredeskZaloReason(models.AbstractModel):
    """Why Zalo did not take a message, in the reader's language."""

    _name = "caredesk.zalo.reason"
    _description = "Zalo Reason"

    @api.model
    def _text(self, code, reason):
        """Return what to show for an error number; Zalo's own words are rarely of use."""
        # Not ``str``: outside of a request it would not find the language.
        if not code:
            known = _CLIENT_REASONS.get(reason)
            return self.env._(known) if known else reason or ""
        known = _REASONS.get(code)
        return self.env._(known) if known else self.env._("Zalo refused with error %s.", code)
