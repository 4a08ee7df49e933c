"""What the tests of satisfaction share: a done ticket of a customer with an address."""

from .common import CareDeskMixin


class RatingMixin(CareDeskMixin):
    """``ticket`` is done by ``an``, ``customer`` opened it, ``chi`` manages its group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chi = cls._user("chi", "manager")
        cls.support.manager_ids = cls.chi
        cls.customer = cls.env["res.partner"].create(
            {"name": "Tú", "email": "tu@example.com", "lang": "en_US"}
        )
        cls.tickets = cls.env["caredesk.ticket"]
        cls.ticket = cls._done()

    @classmethod
    def _done(cls, user=None, **vals):
        """Return a ticket of ``customer`` that ``user`` has completed."""
        vals.setdefault("partner_id", cls.customer.id)
        return cls._held_ticket(user or cls.an, "done", **vals)

    def _ask(self):
        """Let the cron's work be done once."""
        self.tickets._ask_for_ratings()

    def _rating_mails(self, ticket=None):
        """Return the thank-you mails and reminders of the ticket, oldest first."""
        ticket = ticket or self.ticket
        mails = self.env["mail.mail"].search(
            [("model", "=", ticket._name), ("res_id", "=", ticket.id)], order="id"
        )
        return mails.filtered(lambda mail: "/support/rate/" in (mail.body_html or ""))

    def _unhappy(self, ticket=None):
        """Return the activities that have a manager call the customer."""
        kind = self.env.ref("caredesk_ticket.mail_activity_type_unhappy")
        return (ticket or self.ticket).activity_ids.filtered(lambda a: a.activity_type_id == kind)
