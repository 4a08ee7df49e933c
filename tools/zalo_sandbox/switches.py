"""How the sandbox behaves where Zalo's own behaviour is doubtful, slow or out of order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields


@dataclass
class Switches:
    """What can be turned while the sandbox runs; the defaults are what most sources report.

    :ivar access_token_seconds: life of an access token.
    :ivar refresh_token_seconds: life of a refresh token.
    :ivar old_access_token_dies: a refresh ends the access token that came before.
    :ivar token_delay: seconds the token endpoint thinks, to provoke races.
    :ivar oauth_error_number: errors of the token endpoint carry a number.
    :ivar expires_in_as_number: ``expires_in`` is a number and no text.
    :ivar calls_per_minute: calls of one app before -32; 0 for no limit.
    :ivar window_seconds: how long after his last word a customer can be written to.
    :ivar upload_seconds: life of an uploaded file.
    :ivar echo: an ``oa_send_*`` event follows each message of the account.
    :ivar echo_first: the echo leaves before the answer to the call that sent the message.
    :ivar received: customers' phones confirm what arrives.
    :ivar seen: customers look at what arrives.
    :ivar receipts_sender: who is the sender of these two events: ``oa`` or ``user``.
    :ivar copies: times each event is delivered.
    :ivar shuffle: events that wait are delivered in random order.
    :ivar escaped: bodies of events escape all but ASCII.
    :ivar spaced: bodies of events have blanks after colons and commas.
    :ivar retry_factor: what the pauses between deliveries (30 s to 1 h) are multiplied by.
    :ivar answer_seconds: how long a webhook may take.
    :ivar sign: events are signed; ``wrong`` signs with another secret, ``none`` not at all.
    """

    access_token_seconds: int = 90_000
    refresh_token_seconds: int = 7_776_000
    old_access_token_dies: bool = True
    token_delay: float = 0.0
    oauth_error_number: bool = True
    expires_in_as_number: bool = False
    calls_per_minute: int = 4000
    window_seconds: int = 604_800
    upload_seconds: int = 604_800
    echo: bool = True
    echo_first: bool = False
    received: bool = True
    seen: bool = False
    receipts_sender: str = "oa"
    copies: int = 1
    shuffle: bool = False
    escaped: bool = False
    spaced: bool = False
    retry_factor: float = 1.0
    answer_seconds: float = 2.0
    sign: str = "right"

    def turn(self, values: dict) -> None:
        """Set the switches named.

        :raise ValueError: there is no such switch, or the value is of another kind
        """
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise ValueError(f"there is no switch {name}")
            if kinds[name] is float and type(value) is int:
                value = float(value)
            if type(value) is not kinds[name]:
                raise ValueError(f"{name} is a {kinds[name].__name__}")
            setattr(self, name, value)

    def as_dict(self) -> dict:
        """Return all switches by name."""
        return asdict(self)
