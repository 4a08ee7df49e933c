from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize


class CaredeskAutomationRule(models.Model):
    """What must be filled in for the sender and the recipients chosen."""

    _inherit = "caredesk.automation.rule"

    @api.constrains("sender_kind", "sender_user_id", "sender_email")
    def _check_sender(self):
        for rule in self:
            if rule.sender_kind == "user" and not rule.sender_user_id:
                rule._raise_missing("sender_user_id")
            if rule.sender_kind == "custom" and not rule.sender_email:
                rule._raise_missing("sender_email")
            if rule.sender_kind == "custom" and not email_normalize(rule.sender_email):
                raise ValidationError(
                    self.env._("«%(address)s» is no e-mail address.", address=rule.sender_email)
                )

    @api.constrains(lambda self: ["recipient_kind", *self._recipient_fields().values()])
    def _check_recipients(self):
        for rule in self:
            name = self._recipient_fields().get(rule.recipient_kind)
            if name and not rule[name]:
                rule._raise_missing(name)

    @api.constrains("recipient_kind", "trigger_kind", "audience", "content_ids", "trigger")
    def _check_recipient_exists(self):
        for rule in self.filtered("content_ids"):
            about_nobody = rule._is_once() and rule.recipient_kind not in (
                "owner",
                *self._recipient_fields(),
            )
            if about_nobody:
                raise ValidationError(
                    self.env._(
                        "A message about no customer goes to chosen users or contacts: please "
                        "change «Recipient»."
                    )
                )
            if rule.recipient_kind == "contact" and not rule._spec().contact:
                raise ValidationError(
                    self.env._("Only rules about contracts can write to the contract's contact.")
                )

    @api.constrains("trigger", "audience")
    def _check_contents_fit(self):
        """What was set up for other records may hold placeholders and actions that do not fit."""
        for message in self.content_ids:
            message._check_placeholders()
        self.step_ids._check_complete()
        self.step_ids._check_action()

    @api.model
    def _check_fields_open(self, records, domain):
        """Raise where ``domain`` names a field that the user of ``records`` may not see.

        The log would tell what is in it: the conditions held for one customer, not for another.

        :raise AccessError: such a field, on ``records`` or on what they lead to
        """
        for condition in domain.iter_conditions():
            model = records
            for name in condition.field_expr.split("."):
                field = model._fields.get(name)
                if field is None:
                    break  # a part of a date or property; else trying it out tells
                model._check_field_access(field, "read")
                model = model.env[field.comodel_name] if field.comodel_name else model
            if condition.operator in ("any", "not any"):
                self._check_fields_open(model, Domain(condition.value))

    @api.model
    def _recipient_fields(self):
        """Return the name of the field that each kind of recipients needs. Hook for other addons.

        Their kinds are served by an override of ``_recipients``.
        """
        return {
            "users": "recipient_user_ids",
            "group": "recipient_group_id",
            "custom": "recipient_partner_ids",
        }

    def _raise_missing(self, name):
        field = self._fields[name]._description_string(self.env)
        raise ValidationError(self.env._("Please fill in «%(field)s».", field=field))
