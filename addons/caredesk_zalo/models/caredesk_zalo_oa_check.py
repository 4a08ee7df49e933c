import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..zalo_client import ZaloError, selftest

_logger = logging.getLogger(__name__)

#: Hours after which a connected account is looked at again by itself.
CHECK_HOURS = 24


class CaredeskZaloOa(models.Model):
    """Connecting and checking an account in the background, and the page that shows both.

    Buttons and the way back from Zalo's page of consent only note what is to be done: a worker
    calls Zalo and our own webhook, and the page shows the outcome as soon as it is there.
    """

    _inherit = "caredesk.zalo.oa"

    # what is being done
    task = fields.Selection(
        [("connect", "Connecting …"), ("check", "Checking …")], copy=False, readonly=True
    )
    task_user_id = fields.Many2one("res.users", copy=False, readonly=True, ondelete="set null")
    consent_code = fields.Char(groups="base.group_system", copy=False, readonly=True)
    consent_oa_id = fields.Char(groups="base.group_system", copy=False, readonly=True)

    # what came of it
    checked_at = fields.Datetime("Last Check", copy=False, readonly=True)
    quota_total = fields.Integer("Messages of the Package", copy=False, readonly=True)
    quota_left = fields.Integer("Messages Left", copy=False, readonly=True)
    template_total = fields.Integer("Templates per Day", copy=False, readonly=True)
    template_left = fields.Integer("Templates Left Today", copy=False, readonly=True)
    webhook_state = fields.Selection(
        [("ok", "Works"), ("failed", "Does Not Work")], "Webhook", copy=False, readonly=True
    )
    webhook_error = fields.Char(copy=False, readonly=True)
    webhook_note = fields.Char("Diagnosis", compute="_compute_webhook_note")
    gate_note = fields.Char("Calls to Zalo", compute="_compute_gate_note")

    # to enter in the console
    webhook_url = fields.Char(related="app_id.webhook_url")
    redirect_uri = fields.Char(related="app_id.redirect_uri")

    _task_idx = models.Index("(id) WHERE task IS NOT NULL")

    @api.depends("app_id", "last_event_at")
    def _compute_webhook_note(self):
        # sudo: why deliveries are refused is for whoever may see the account; no secret is shown
        latest_sudo = (
            self.env["caredesk.zalo.refusal"]
            .sudo()
            .search(
                [("reason", "in", ("signature", "unsigned", "app_secret", "unknown_account"))],
                order="id desc",
                limit=1,
            )
        )
        for account in self:
            app_sudo = account.app_id.sudo()
            heard = account.last_event_at
            refused = latest_sudo and (not heard or heard < latest_sudo.create_date)
            if app_sudo and not app_sudo.webhook_secret:
                account.webhook_note = self.env._(
                    "Enter the Official Account Secret Key in the app: without it every event "
                    "is refused."
                )
            elif refused:
                account.webhook_note = self._refusal_note(latest_sudo)
            else:
                account.webhook_note = False

    @api.model
    def _refusal_note(self, refusal):
        """Return what to do about a delivery that was refused."""
        texts = {
            "signature": self.env._(
                "The last delivery was refused: the signature was made with another secret. "
                "Copy the Official Account Secret Key from the webhook page of Zalo's console "
                "into the app."
            ),
            "app_secret": self.env._(
                "The last delivery was refused: in the app, the two secret keys stand in each "
                "other's place."
            ),
            "unsigned": self.env._("The last delivery was refused: it was not signed."),
            "unknown_account": self.env._(
                "The last delivery was for an Official Account that is not connected here."
            ),
        }
        moment = fields.Datetime.context_timestamp(self, refusal.create_date)
        return f"{texts[refusal.reason]} ({moment:%d/%m/%Y %H:%M})"

    def _compute_gate_note(self):
        # sudo: how Zalo answers the app's calls concerns whoever may see the account
        gates = self.env["caredesk.zalo.gate"].sudo().search([("app_id", "in", self.app_id.ids)])
        gate_of = {gate.app_id: gate for gate in gates}
        now = fields.Datetime.now()
        for account in self:
            gate = gate_of.get(account.app_id)
            if not gate or not gate.failures:
                account.gate_note = False
            elif gate.closed_until and gate.closed_until > now:
                moment = fields.Datetime.context_timestamp(self, gate.closed_until)
                account.gate_note = self.env._(
                    "Zalo does not answer (%(count)s calls so far). Nothing is lost; "
                    "the next try is at %(time)s.",
                    count=gate.failures,
                    time=f"{moment:%H:%M:%S}",
                )
            else:
                account.gate_note = self.env._(
                    "Zalo did not answer the last calls (%s).", gate.failures
                )

    # === ACTIONS ===

    def action_test(self):
        """Have the connection and the webhook tried; the page shows what came of it."""
        self.check_access("write")
        self._begin("check")

    def _begin(self, task, **values):
        """Note what is to be done and wake the worker."""
        self._hold()
        # sudo: the worker's own fields; every caller checked the right to write
        self.sudo().write({"task": task, "task_user_id": self.env.uid, **values})
        self.env.ref("caredesk_zalo.ir_cron_check").sudo()._trigger()  # sudo: a system job

    def _consent_given(self, code, oa_id):
        """Keep the code of a consent for the worker, who exchanges it for tokens.

        :param oa_id: the account that gave it, as Zalo says
        """
        self._begin("connect", consent_code=code, consent_oa_id=oa_id)

    # === THE WORKER ===

    @api.model
    def _cron_check(self):
        """Cron: do what was asked for, and look at each connected account once a day."""
        lately = fields.Datetime.now() - timedelta(hours=CHECK_HOURS)
        asked = self.search([("task", "!=", False)])
        stale = self.search(
            [
                ("task", "=", False),
                ("state", "=", "connected"),
                "|",
                ("checked_at", "=", False),
                ("checked_at", "<", lately),
            ]
        )
        due = asked + stale
        for number, account in enumerate(due, start=1):
            account.with_context(lang=account.task_user_id.lang or self.env.lang)._do_task()
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number):
                break

    def _do_task(self):
        """Connect if a code waits, then check; whoever asked is told the outcome."""
        self.ensure_one()
        user, error = self.task_user_id, None
        code, oa_id = self.consent_code, self.consent_oa_id or ""
        # A code counts once, so whatever happens it is not tried again.
        self.write({"task": False, "consent_code": False, "consent_oa_id": False})
        self.env["ir.cron"]._commit_progress()
        try:
            if code:
                with self.env.cr.savepoint():
                    self._connect(code, oa_id)
                self.env["ir.cron"]._commit_progress()
            self._check()
        except (ZaloError, UserError) as failure:
            error = failure.reason if isinstance(failure, ZaloError) else str(failure)
            # Nothing of an old snapshot: Zalo took its time, and what it said is noted aside.
            self.env["ir.cron"]._commit_progress()
            self.write({"last_error": error, "checked_at": fields.Datetime.now()})
        if user:
            self._tell_outcome(user, error)

    def _check(self):
        """Ask Zalo who we are and what is left of the quotas; try our own webhook.

        :raise ZaloError: Zalo does not know us, or cannot be reached
        """
        profile = self._call(lambda client: client.account.profile())
        found = {
            "package": profile.package,
            "follower_count": profile.followers,
            "last_error": False,
            **self._quotas(),
            **self._try_webhook(),
        }
        # Nothing of an old snapshot: Zalo and the webhook took their time.
        self.env["ir.cron"]._commit_progress()
        self.write({**found, "checked_at": fields.Datetime.now()})

    def _quotas(self):
        """Return what Zalo says is left to send; a package without quotas says nothing."""
        values = {}
        try:
            quota = self._call(lambda client: client.account.message_quota())
            values |= {"quota_total": quota.total, "quota_left": quota.left}
            quota = self._call(lambda client: client.account.template_quota())
            values |= {"template_total": quota.total, "template_left": quota.left}
        except ZaloError as error:
            _logger.info("Zalo tells no quota of account %s: %s", self.id, error)
        return values

    def _try_webhook(self):
        """Send our own webhook what Zalo would send it, and return what came of it."""
        app_sudo = self.app_id.sudo()  # the secret signs one event and goes nowhere
        if not app_sudo.webhook_secret:
            return {"webhook_state": "failed", "webhook_error": False}
        outcome = selftest.run(
            app_sudo.webhook_url, app_sudo.app_id, self.oa_id, app_sudo.webhook_secret
        )
        error = self._webhook_error(outcome)
        return {"webhook_state": "failed" if error else "ok", "webhook_error": error}

    def _webhook_error(self, outcome):
        """Return why the webhook does not work, or False."""
        if not outcome.status:
            return self.env._("Nobody answers at the webhook address, as seen from this server.")
        if outcome.status != 200:
            return self.env._(
                "The webhook address answered with HTTP %s; it has to be 200. Look whether a "
                "proxy stands before it.",
                outcome.status,
            )
        if not self._is_stored(outcome.message_id):
            return self.env._(
                "The webhook address answered, but the event did not arrive in this database."
            )
        return False

    def _is_stored(self, message_id):
        """Tell whether the test event arrived; our own transaction began before it."""
        with self.env["caredesk.zalo.gate"]._aside() as cr:
            cr.execute(
                SQL(
                    """SELECT 1 FROM caredesk_zalo_event
                        WHERE oa_id = %s AND zalo_user_id = '0' AND body LIKE %s LIMIT 1""",
                    self.id,
                    f"%{message_id}%",
                )
            )
            return bool(cr.fetchone())

    def _tell_outcome(self, user, error):
        """Show whoever asked what came of it, wherever he is by now."""
        text = error or self.env._("%s is connected.", self.name)
        if not error and self.webhook_state == "failed":
            text = self.webhook_error or self.webhook_note or text
        good = not error and self.webhook_state == "ok"
        user._bus_send(
            "simple_notification",
            {"type": "success" if good else "warning", "message": text, "title": "Zalo"},
        )
