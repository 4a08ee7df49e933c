"""What happens when somebody says something: the message is kept and its events go out."""

from __future__ import annotations

from typing import Any

from . import events
from .webhooks import WebhookSender
from .world import Message, Person, World


class Conversation:
    """Lets customers and accounts speak.

    :param sender: where events go; None keeps them to ourselves
    """

    def __init__(self, world: World, sender: WebhookSender | None):
        self._world = world
        self._sender = sender

    def customer_says(
        self, person: Person, kind: str, body: dict[str, Any], ago: float = 0.0
    ) -> Message:
        """Let a customer send a message.

        :param ago: seconds since he did; the event tells when it was
        """
        with self._world.lock:
            person.spoke_at = max(person.spoke_at, self._world.clock() - ago)
            message = self._keep(person, "user", kind, body, ago)
            event = events.said(self._world, message, person)
        self._put(event)
        return message

    def account_says(
        self, person: Person, kind: str, body: dict[str, Any], by: str, ago: float = 0.0
    ) -> Message:
        """Let the account send a message, through the API or by hand; the phone confirms it."""
        with self._world.lock:
            message = self._keep(person, by, kind, body, ago)
            if by == "manager" or self._world.switches.echo_first:
                self._echo(message, person)
        return message

    def after_answer(self, message: Message, person: Person) -> None:
        """Send what follows a message once its sender knows its id."""
        switches = self._world.switches
        if message.by == "api" and not switches.echo_first:
            self._echo(message, person)
        if switches.received:
            self.mark(message, person, seen=False)
        if switches.seen:
            self.mark(message, person, seen=True)

    def mark(self, message: Message, person: Person, *, seen: bool) -> None:
        """Let a customer's phone receive a message, or the customer look at it."""
        tracking_id = message.body.get("tracking_id")
        with self._world.lock:
            message.state = "seen" if seen or message.state == "seen" else "received"
            if tracking_id and not seen:
                event = events.template_receipt(self._world, message, person.phone, tracking_id)
            else:
                event = events.receipt(self._world, message, person, seen=seen)
        self._put(event)

    def follow(self, person: Person, follows: bool) -> None:
        """Let a customer follow the account, or stop following it."""
        with self._world.lock:
            person.follows = follows
            if follows:
                person.spoke_at = self._world.clock()
            event = events.follow(self._world, self._world.accounts[person.oa_id], person)
        self._put(event)

    def submit(self, person: Person, shared: dict[str, str], shape: str) -> None:
        """Let a customer fill in a request for information."""
        with self._world.lock:
            person.shared.update(shared)
            person.spoke_at = self._world.clock()
            event = events.submitted(self._world, person, shape)
        self._put(event)

    def send_event(self, event: dict[str, Any]) -> None:
        """Send an event as it is given, for kinds that have no button."""
        self._put(event)

    def _keep(
        self, person: Person, by: str, kind: str, body: dict[str, Any], ago: float = 0.0
    ) -> Message:
        world = self._world
        moment = world.now_ms() - int(1000 * ago)
        message = Message(world.message_id(), person.oa_id, person.user_id, by, kind, body, moment)
        world.messages.append(message)
        return message

    def _echo(self, message: Message, person: Person) -> None:
        if self._world.switches.echo or message.by == "manager":
            self._put(events.echo(self._world, message, person))

    def _put(self, event: dict[str, Any]) -> None:
        if self._sender is not None:
            self._sender.put(event)
