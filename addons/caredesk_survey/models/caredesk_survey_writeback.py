from contextlib import suppress

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.caredesk_ticket.models.conflicts import CONFLICTS

from .writeback_values import as_text, read_value

_OPEN = ("proposed", "review")


class CaredeskSurveyWriteback(models.Model):
    """What an answer did, or would do, to a field of the customer: log and list of decisions."""

    _name = "caredesk.survey.writeback"
    _description = "Customer Data from a Survey"
    _order = "id desc"
    _rec_name = "field_label"

    user_input_id = fields.Many2one(
        "survey.user_input",
        string="Completed Survey",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    survey_id = fields.Many2one(related="user_input_id.survey_id")
    question_id = fields.Many2one("survey.question", readonly=True, ondelete="set null")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    field_name = fields.Char(required=True, readonly=True, export_string_translation=False)
    field_label = fields.Char("Field", compute="_compute_field_label")
    old_value = fields.Text(readonly=True)
    answer = fields.Text(
        required=True, help="May be corrected before it is taken over, one value a line."
    )
    state = fields.Selection(
        [
            ("proposed", "To Approve"),
            ("review", "To Review"),
            ("written", "Written"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_at = fields.Datetime("Decided on", readonly=True)
    company_id = fields.Many2one(related="user_input_id.company_id", store=True, index=True)

    _open_idx = models.Index("(id) WHERE state IN ('proposed', 'review')")

    # === COMPUTE ===

    @api.depends("field_name")
    def _compute_field_label(self):
        names = [name for name in self.mapped("field_name") if name]
        # sudo: labels of fields, nothing of any customer
        known = self.env["res.partner"].sudo().fields_get(names, ["string"]) if names else {}
        for row in self:
            row.field_label = known.get(row.field_name, {}).get("string", row.field_name)

    # === ACTIONS ===

    def action_accept(self):
        """Write the answers, corrected or not, to the customers."""
        self._check_open()
        for row in self:
            partner_sudo = row.partner_id.sudo()  # survey managers decide on what surveys fill
            colleagues = partner_sudo.user_ids.filtered(
                lambda user: user._is_internal() and user != self.env.user
            )
            if colleagues:
                colleagues.with_env(self.env).check_access("write")  # as Odoo does for accounts
            if row.field_name not in partner_sudo._fields:
                raise UserError(self.env._("The customer no longer has this field."))
            value = read_value(partner_sudo, row.field_name, row.answer)
            row._write_to(partner_sudo, row.field_name, value)
            row._decide("written")
        return True

    def action_reject(self):
        """Leave the customers as they are."""
        self._check_open()
        self._decide("rejected")
        return True

    # === CRUD ===

    def write(self, vals):
        if not self.env.su and vals.keys() - {"answer"}:
            raise AccessError(self.env._("Only the answer can be corrected."))
        if "answer" in vals:
            self._check_open()
        return super().write(vals)

    # === BUSINESS ===

    @api.model
    def _take_answer(self, entry, question, answers):
        """Bring an answer to the customer by the rule of its question; never fails for him.

        :param answers: the answer as texts, in the customer's language and in the source's
        """
        partner, name = entry.partner_id, question.writeback_field
        if name not in partner._fields:
            return  # the field was taken away since
        old_value = as_text(partner, name)
        try:
            with self.env.cr.savepoint():
                outcome = self._outcome(partner, question, answers)
        except CONFLICTS:
            raise  # not the answer's fault: the whole request is done again
        except Exception as error:  # whatever a field's own rules object to
            partner.invalidate_recordset()
            outcome = {"state": "review", "reason": str(error)}
        if outcome:
            self.create(
                {
                    "user_input_id": entry.id,
                    "question_id": question.id,
                    "partner_id": partner.id,
                    "field_name": name,
                    "answer": answers[0],
                    "old_value": old_value,
                    **outcome,
                }
            )

    @api.model
    def _outcome(self, partner, question, answers):
        """Do what the rule says; return the log's values, None when there is nothing to log.

        :raise UserError: the answer does not fit the field
        """
        name = question.writeback_field
        value = self._first_fitting(partner, name, answers)
        if not self._changes(partner, name, value):
            return None
        if question.writeback_rule == "empty" and partner[name]:
            return None
        # Who owns the address of an account owns the account: a person decides on that. And
        # whoever interviews a colleague is not to rename him.
        users = partner.user_ids
        touches_account = bool(users) if name == "email" else not all(users.mapped("share"))
        if question.writeback_rule == "propose" or touches_account:
            return {"state": "proposed"}
        self._write_to(partner, name, value)
        return {"state": "written"}

    @api.model
    def _first_fitting(self, partner, name, answers):
        """Return the value of the first text that fits; the last one's objection is raised."""
        for answer in answers[:-1]:
            with suppress(UserError):
                return read_value(partner, name, answer)
        return read_value(partner, name, answers[-1])

    @api.model
    def _changes(self, partner, name, value):
        field, now = partner._fields[name], partner[name]
        if field.type == "many2one":
            return now.id != value
        if field.type == "many2many":
            return not set(value) <= set(now.ids)
        return now != value

    @api.model
    def _write_to(self, partner, name, value):
        """Write ``value``; tags are added to those the customer has."""
        if partner._fields[name].type == "many2many":
            value = [fields.Command.link(one) for one in value]
        # sudo: the caller decided, by the rule of the question or as survey manager
        partner_sudo = partner.with_user(SUPERUSER_ID)
        partner_sudo.write({name: value})
        partner_sudo.flush_recordset()

    def _check_open(self):
        self.check_access("write")
        if any(row.state not in _OPEN for row in self):
            raise UserError(self.env._("This was decided already."))

    def _decide(self, state):
        self.sudo().write(  # sudo: whether the user may decide was checked
            {
                "state": state,
                "reason": False,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
