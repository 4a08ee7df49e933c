import secrets
import uuid
from datetime import timedelta
from ipaddress import ip_address, ip_network

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import NO_ACCESS
from odoo.tools import consteq

from .caredesk_ticket import NATURES

#: Channels other systems may bring tickets through; the rest have doors of their own.
CHANNELS = [
    ("hotline", "Hotline"),
    ("facebook", "Facebook"),
    ("website", "Website Form"),
    ("other", "Other"),
]


class CaredeskHookSource(models.Model):
    """A system that may open tickets through the inbound hook: a call centre, a relay, a shop.

    Token and secrets are readable by nobody, administrators and exports included; they are
    shown once, when they are made.
    """

    _name = "caredesk.hook.source"
    _description = "Inbound Hook Source"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    channel = fields.Selection(
        CHANNELS, string="Intake Channel", required=True, default="hotline",
        help="What tickets of this source show as their channel.",
    )  # fmt: skip
    group_id = fields.Many2one(
        "caredesk.support.group",
        string="Support Group",
        ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
        help="Gets what comes without a type. Empty: the default group of the company.",
    )
    type_id = fields.Many2one(
        "caredesk.ticket.type",
        string="Ticket Type",
        ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
        help="Of calls that name none.",
    )
    nature = fields.Selection(NATURES, default="request", required=True)

    # what the caller needs
    key = fields.Char(
        required=True, readonly=True, copy=False, default=lambda self: uuid.uuid4().hex,
        help="Names the source in the address of the hook. No secret.",
    )  # fmt: skip
    url = fields.Char("Address", compute="_compute_url")
    token = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)
    secret = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)
    previous_secret = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)
    previous_until = fields.Datetime(
        "Previous Secret Until",
        readonly=True,
        copy=False,
        help="Until then signatures with the previous secret are accepted too.",
    )
    rotated_at = fields.Datetime("Secret Made", readonly=True, copy=False)

    # limits
    per_minute = fields.Integer(
        "Calls per Minute",
        default=60,
        required=True,
        help="Further ones get 429 and may come later.",
    )
    max_age = fields.Integer(
        "Oldest Call (seconds)",
        default=300,
        required=True,
        help="How far the time of a call may be from ours, either way.",
    )
    allowed_ips = fields.Char(
        "Allowed Addresses",
        help="IP addresses or networks, separated by commas. Empty: from anywhere.",
    )

    _key_uniq = models.UniqueIndex("(key)", "Two sources have this key.")
    _limits_positive = models.Constraint(
        "CHECK (per_minute > 0 AND max_age BETWEEN 10 AND 3600)",
        "A source may call at least once a minute, and its calls may be 10 to 3600 seconds old.",
    )

    # === COMPUTE ===

    def _compute_url(self):
        base = self.get_base_url()
        for source in self:
            source.url = f"{base}/caredesk/hook/{source.key}"

    # === CONSTRAINTS ===

    @api.constrains("allowed_ips")
    def _check_allowed_ips(self):
        for source in self:
            try:
                source._networks()
            except ValueError:
                raise ValidationError(
                    self.env._(
                        "«%(text)s» holds something that is neither an IP address nor a network.",
                        text=source.allowed_ips,
                    )
                ) from None

    @api.constrains("company_id", "group_id", "type_id")
    def _check_companies(self):
        for source in self:
            companies = source.group_id.company_id | source.type_id.company_id
            if companies - source.company_id:
                raise ValidationError(
                    self.env._("Group and type have to belong to the company of the source.")
                )

    # === ACTIONS ===

    def action_new_secret(self):
        """Make a token (once) and a new secret, and show them this one time.

        The former secret stays good for a day, so that the other side can be changed without
        losing a call.
        """
        self.ensure_one()
        self.check_access("write")
        source_sudo = self.sudo()  # checked above; nobody may read or write the secrets himself
        now = fields.Datetime.now()
        source_sudo.write(
            {
                "token": source_sudo.token or secrets.token_urlsafe(32),
                "secret": secrets.token_urlsafe(32),
                "previous_secret": source_sudo.secret,
                "previous_until": source_sudo.secret and now + timedelta(days=1),
                "rotated_at": now,
            }
        )
        return source_sudo._action_show_secret()

    def action_forget_previous(self):
        """Refuse the previous secret from now on, for when it has become known."""
        self.check_access("write")
        # sudo: checked above; nobody may write the secrets himself
        self.sudo().write({"previous_secret": False, "previous_until": False})
        return True

    def action_new_token(self):
        """Replace the token at once, for when it has become known; a new secret comes along."""
        self.ensure_one()
        self.check_access("write")
        self.sudo().write({"token": False})  # checked above
        return self.action_new_secret()

    def action_open_test(self):
        """Show a command that sends a signed example call."""
        self.ensure_one()
        self.check_access("read")
        return self._action_dialog(self.env._("Test the Hook"), {"default_source_id": self.id})

    def _action_show_secret(self):
        return self._action_dialog(
            self.env._("Token and Secret"),
            {
                "default_source_id": self.id,
                "default_token": self.token,
                "default_secret": self.secret,
            },
        )

    def _action_dialog(self, name, context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "caredesk.hook.secret",
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    # === BUSINESS ===

    @api.model
    def _of_key(self, key):
        """Return the source as the system; empty when there is none or it is switched off.

        Not cached: keys that strangers make up would push everything else out of the cache.
        """
        if not key.isalnum():  # no key of ours; NUL and the like would be an error of the database
            return self.sudo().browse()
        # sudo: the hook finds its source before it knows who calls
        return self.sudo().search([("key", "=", key), ("secret", "!=", False)], limit=1)

    def _networks(self):
        texts = (self.allowed_ips or "").split(",")
        return [ip_network(text.strip(), strict=False) for text in texts if text.strip()]

    def _is_allowed_from(self, ip):
        networks = self._networks()
        try:
            return not networks or any(ip_address(ip) in network for network in networks)
        except ValueError:  # what a proxy calls the caller is no address
            return False

    def _has_token(self, token):
        """Tell in constant time whether ``token`` is the source's."""
        return bool(self.token) and consteq(self.token.encode(), token.encode())

    def _secrets(self):
        """Return the secrets that are good now, the present one first."""
        good = [self.secret]
        if self.previous_until and self.previous_until > fields.Datetime.now():
            good.append(self.previous_secret)
        return [secret for secret in good if secret]
