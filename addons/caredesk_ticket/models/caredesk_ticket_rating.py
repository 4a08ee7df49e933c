from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, consteq
from odoo.tools.misc import hmac

from ..domain.mail_headers import clean_text
from .mail_job import number_of

#: Answers of the page, worst first, as the values Odoo keeps and the words people read.
GRADES = [("bad", "Unhappy"), ("okay", "Neutral"), ("great", "Happy")]
RATES = {1: "bad", 3: "okay", 5: "great"}
#: Rates from which on a rating is great, or still okay.
GREAT_FROM = 4
OKAY_FROM = 3
#: Letters of a customer's comment that are kept.
MAX_COMMENT = 2000
_ACTIVITY = "caredesk_ticket.mail_activity_type_unhappy"
_SCOPE = "caredesk-ticket-rating"


class CaredeskTicket(models.Model):
    """Satisfaction: the customer's verdict on a ticket, given on a page of its own.

    The link to that page is signed and needs no row in the database: nothing is written before
    the customer sends the page.
    """

    _name = "caredesk.ticket"
    _inherit = ["caredesk.ticket", "rating.mixin"]

    # precompute: a new ticket has no rating, and finding that out must not cost a query
    rating_last_value = fields.Float(
        "Rating (1 to 5)",
        compute="_compute_rating_last_value",
        compute_sudo=True,
        store=True,
        precompute=True,
        aggregator="avg",
        groups="base.group_user",
    )
    rated_at = fields.Datetime("Rated on", readonly=True, copy=False)
    rating_grade = fields.Selection(
        GRADES,
        string="Satisfaction",
        compute="_compute_rating_grade",
        search="_search_rating_grade",
    )
    rating_comment = fields.Text(
        "Customer's Comment", compute="_compute_rating_comment", compute_sudo=True
    )

    _rated_idx = models.Index("(rated_at) WHERE rated_at IS NOT NULL")

    # === COMPUTE ===

    @api.depends("rating_ids", "rating_ids.rating", "rating_ids.consumed")
    def _compute_rating_last_value(self):
        if self.ids:
            # Odoo reads it by SQL, and flushes less than that reads.
            self.env["rating.rating"].flush_model(["res_model", "res_id", "consumed", "rating"])
        super()._compute_rating_last_value()

    @api.depends("rating_last_value", "rated_at")
    def _compute_rating_grade(self):
        for ticket in self:
            ticket.rating_grade = ticket.rated_at and grade_of(ticket.rating_last_value)

    def _search_rating_grade(self, operator, value):
        if operator != "in":
            return NotImplemented
        rated = fields.Domain("rated_at", "!=", False)
        value_is = {
            "bad": [("rating_last_value", "<", OKAY_FROM)],
            "okay": [
                ("rating_last_value", ">=", OKAY_FROM),
                ("rating_last_value", "<", GREAT_FROM),
            ],
            "great": [("rating_last_value", ">=", GREAT_FROM)],
        }
        found = [rated & fields.Domain(value_is[grade]) for grade in value if grade in value_is]
        if False in value:
            found.append(~rated)
        return fields.Domain.OR(found)

    @api.depends("rated_at", "rating_ids.feedback")
    def _compute_rating_comment(self):
        for ticket in self:
            ticket.rating_comment = ticket.rated_at and ticket._given_rating().feedback

    # === TOOLING ===

    @api.model
    def _add_precomputed_values(self, vals_list):
        for vals in vals_list:
            vals["rating_last_value"] = 0.0
        super()._add_precomputed_values(vals_list)

    def _read_group_select(self, aggregate_spec, query):
        """Average the ratings of the rated tickets only: the others have none, not zero."""
        if aggregate_spec != "rating_last_value:avg":
            return super()._read_group_select(aggregate_spec, query)
        value = self._field_to_sql(self._table, "rating_last_value", query)
        return SQL("AVG(NULLIF(%s, 0))", value)

    def _rating_get_operator(self):
        """Hook: rated is who completed the ticket."""
        return self.done_by_id.partner_id or super()._rating_get_operator()

    # === LINK ===

    def _rating_token(self):
        """Return the signed text that opens the rating page of this ticket."""
        self.ensure_one()
        # sudo: the signature needs the secret of the database and tells nothing of it
        return f"{self.id}-{hmac(self.env(su=True), _SCOPE, self.id)}"

    @api.model
    def _by_rating_token(self, token):
        """Return the ticket (as superuser) that ``token`` opens; empty for a wrong token."""
        key, _dash, _signature = (token or "").partition("-")
        ticket_sudo = self.sudo().browse()
        if key.isascii() and key.isdigit() and len(key) <= 9:
            ticket_sudo = ticket_sudo.browse(int(key))
        # sudo: what follows the id proves that we gave the link out
        if not ticket_sudo or not consteq(ticket_sudo._rating_token().encode(), token.encode()):
            return ticket_sudo.browse()
        return ticket_sudo.exists()

    def _rating_url(self, rate=None):
        """Return the address of the rating page, with the answer ``rate`` chosen already."""
        self.ensure_one()
        url = f"{self.get_base_url()}/support/rate/{self._rating_token()}"
        return f"{url}?rate={rate}" if rate else url

    def _portal_rating_url(self):
        """Return where the customer can rate this ticket, False while he cannot."""
        self.ensure_one()
        ticket_sudo = self.sudo()  # asked for those who may see the ticket on the portal
        return ticket_sudo._rating_open_until() and f"/support/rate/{self._rating_token()}"

    def _rating_open_until(self):
        """Return until when the customer may rate or change his rating; False when he may not."""
        self.ensure_one()
        if self.merged_into_id or self.state == "cancelled":
            return False
        if self.rated_at:
            until = self.rated_at + timedelta(days=number_of(self.env, "rating_change_days", 7))
        else:
            asked_at = self.env["caredesk.rating.request"]._asked_at(self)
            dates = [date for date in (self.done_at, asked_at) if date]
            if not dates:
                return False
            until = max(dates) + timedelta(days=number_of(self.env, "rating_open_days", 30))
        return until > fields.Datetime.now() and until

    # === BUSINESS ===

    def _given_rating(self):
        """Return the rating the customer gave, empty while there is none."""
        self.ensure_one()
        return self.rating_ids.filtered("consumed")[:1]

    def _rate(self, rate, comment=""):
        """Record the customer's answer, or change it; the caller has checked the link.

        The ticket's own row is written first: of two answers at the same moment one is tried
        again and then finds the other, so a ticket has one rating.

        :param rate: a key of ``RATES``
        :raise UserError: the time for it is over, or there is no such rate
        """
        self.ensure_one()
        if rate not in RATES:
            raise UserError(self.env._("Choose one of the faces."))
        if not self._rating_open_until():
            raise UserError(self.env._("This request can no longer be rated."))
        comment = clean_text(comment or "").strip()[:MAX_COMMENT]
        own = self._own_code()
        if not self.rated_at:
            own.write({"rated_at": fields.Datetime.now()})
            own.flush_recordset(["rated_at"])
            self.env["caredesk.rating.request"]._stop_reminding(self)
        rating = own._given_rating()
        values = {"rating": rate, "feedback": comment, "consumed": True}
        if rating:
            rating.write(values)
        else:
            rating = own._create_rating(values)
        self._log_rating(rating)
        self._alert_of_rating(rating)
        return rating

    def rating_apply(
        self,
        rate,
        token=None,
        rating=None,
        feedback=None,
        subtype_xmlid=None,
        notify_delay_send=False,
    ):
        """Hook: Odoo's own ways to rate keep the rules of ours."""
        if not self.env.su:
            raise UserError(self.env._("Only the customer rates a ticket."))
        return self._rate(int(rate), feedback)

    def _create_rating(self, values):
        return (
            self.env["rating.rating"]
            .sudo()  # the customer's verdict is the system's row: nobody may write it by hand
            .create(
                {
                    "partner_id": self._rating_get_partner().id,
                    "rated_partner_id": self._rating_get_operator().id,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    "is_internal": True,
                    **values,
                }
            )
        )

    def _log_rating(self, rating):
        """Write the answer into the conversation as a note; a changed one replaces the former."""
        env = self.with_context(lang=self.company_id.partner_id.lang).env
        grade = dict(self._fields["rating_grade"]._description_selection(env))[RATES[rating.rating]]
        body = Markup("<p>%s</p>") % env._("The customer is: %(grade)s", grade=grade)
        if rating.feedback:
            body += Markup("<blockquote>%s</blockquote>") % Markup("<br/>").join(
                rating.feedback.splitlines()
            )
        if rating.message_id:
            rating.message_id.write({"body": body})
            return
        # Not a comment of the customer: that would reopen the ticket.
        author = self._rating_get_partner() or self.env.ref("base.partner_root")
        rating.message_id = self._message_log(body=body, author_id=author.id)

    def _alert_of_rating(self, rating):
        """Have a manager call an unhappy customer; withdraw that when he has changed his mind."""
        pending = self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(_ACTIVITY, False)
        )
        if rating.rating > self.group_id._rating_alert_limit():
            pending.unlink()
            return
        person = self._person_in_charge(managers_first=True)
        if pending or not person:
            return
        ticket = self.with_user(self.env.ref("base.user_root")).with_context(
            lang=person.lang,
            mail_notify_force_send=False,  # no SMTP while the customer waits
        )
        note = Markup("<p>%s</p>") % Markup("<br/>").join((rating.feedback or "").splitlines())
        ticket.activity_schedule(
            _ACTIVITY,
            date_deadline=self._today_of(person),
            note=note if rating.feedback else False,
            user_id=person.id,
        )

    # === FIGURES ===

    @api.model
    def _satisfaction_figures(self, domain):
        """Return how satisfied customers are, over the ratings the user may see.

        :param domain: on ``caredesk.satisfaction``: dates, groups, performers, source …
        :return: ``count``, ``average`` (1 to 5), ``great``, ``okay``, ``bad`` (counts) and
            ``percent`` (share of the great ones, 0 to 100); average and percent are False
            without ratings
        """
        ratings = self.env["caredesk.satisfaction"]
        figures = dict.fromkeys(("great", "okay", "bad"), 0)
        total = 0.0
        for grade, count, value in ratings._read_group(
            domain, ["grade"], ["__count", "rating:sum"]
        ):
            figures[grade] = count
            total += value
        count = sum(figures.values())
        return {
            "count": count,
            "average": count and total / count,
            "percent": count and 100 * figures["great"] / count,
            **figures,
        }


def grade_of(value):
    """Return the grade, a key of ``GRADES``, of a rating of 1 to 5."""
    if value >= GREAT_FROM:
        return "great"
    return "okay" if value >= OKAY_FROM else "bad"
