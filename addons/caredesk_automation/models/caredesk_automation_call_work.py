import logging
from datetime import timedelta

import requests

from odoo import api, fields, models

from ..domain.occasions import retry_at

_logger = logging.getLogger(__name__)

#: Seconds that the other system may take to answer.
_PATIENCE = 10
#: Minutes after which a call was left by a worker that died.
_LEASE_MINUTES = 5
#: Answers that a later call may change; the others, below 500, say that the call is wrong.
_COMES_AGAIN = (408, 409, 425, 429)


class CaredeskAutomationCall(models.Model):
    """The worker of the webhooks.

    «Being called» is committed before the other system is called, the answer after it.
    """

    _inherit = "caredesk.automation.call"

    @api.model
    def _cron_call(self):
        """Cron: make the calls that are due, one after the other.

        A system that does not answer is left alone for the rest of the run, so that it does not
        keep the calls to others waiting.
        """
        commit = self.env["ir.cron"]._commit_progress
        self._take_up_abandoned()
        mute = self.env["ir.actions.server"]
        while call := self._next_due(mute):
            if not call._claim():
                break  # another worker is at it
            if not call._make():
                mute |= call.action_id
            if not commit(1, remaining=1):
                return
        commit(remaining=0)

    @api.model
    def _take_up_abandoned(self):
        """Queue again what a worker that died left between the call and its answer."""
        oldest = fields.Datetime.now() - timedelta(minutes=_LEASE_MINUTES)
        abandoned = self.search([("state", "=", "calling"), ("called_at", "<", oldest)])
        for call in abandoned.try_lock_for_update():
            here = call._for_person_in_charge()
            here._failed(here.env._("The work was broken off before the answer came."))

    @api.model
    def _next_due(self, mute):
        """Return the call that is due for longest, none of those to the systems in ``mute``."""
        domain = [
            ("state", "=", "pending"),
            ("due_at", "<=", fields.Datetime.now()),
            ("action_id", "not in", mute.ids),
        ]
        return self.search(domain, order="due_at, id", limit=1)._for_person_in_charge()

    def _for_person_in_charge(self):
        """Return the call with reasons in the language of who reads them."""
        return self.with_context(lang=self.rule_id.user_id.lang)

    def _claim(self):
        """Take a call and commit that; tell whether it is ours."""
        if not self.try_lock_for_update() or self.state != "pending":
            return False
        now = fields.Datetime.now()
        self.write({"state": "calling", "called_at": now, "attempts": self.attempts + 1})
        self.env["ir.cron"]._commit_progress()
        return True

    def _make(self):
        """Call the other system and note its answer; tell whether it answered at all."""
        if self._is_stopped():
            self.write({"state": "cancelled", "reason": self.env._("The rule was stopped.")})
            return True
        try:
            with requests.post(
                self.action_id.webhook_url,
                data=self.payload.encode(),
                headers={"Content-Type": "application/json", "Idempotency-Key": self.key},
                timeout=_PATIENCE,
                allow_redirects=False,
                stream=True,  # what else it says may take for ever, and nobody reads it
            ) as answer:
                status = answer.status_code
        except (requests.exceptions.RequestException, ValueError) as error:
            _logger.info("Webhook call %s failed: %s", self.id, error)
            self._failed(self.env._("The other system does not answer."))
            return False
        self._answered(status)
        return True

    def _answered(self, status):
        """Note what the other system says."""
        self.status = status
        if 200 <= status < 300:
            self.write({"state": "done", "reason": False})
            self._note("sent")
            return
        reason = self.env._("The other system refuses it: status %s.", status)
        self._failed(reason, is_final=status < 500 and status not in _COMES_AGAIN)

    def _failed(self, reason, is_final=False):
        """Plan the next attempt, or give up and show it in the log."""
        again = None if is_final else retry_at(fields.Datetime.now(), self.attempts)
        if again:
            self.write({"state": "pending", "due_at": again, "reason": reason})
            return
        self.write({"state": "failed", "reason": reason})
        self._note("failed", reason=reason)

    def _note(self, state, **vals):
        """Write a line into the log of the rule."""
        self.env["caredesk.automation.log"].create(
            {
                "rule_id": self.rule_id.id,
                "company_id": self.company_id.id,
                "recipient": self.action_id.name,
                "channel": "webhook",
                "res_model": self.res_model,
                "res_id": self.res_id,
                "state": state,
                **vals,
            }
        )
