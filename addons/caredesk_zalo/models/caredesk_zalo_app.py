from odoo import api, fields, models, tools
from odoo.tools import urls

from ..zalo_client import PkceMode, ZaloOptions, options, webhook

WEBHOOK_PATH = "/caredesk/zalo/webhook"
OAUTH_PATH = "/caredesk/zalo/oauth"


class CaredeskZaloApp(models.Model):
    """An app of Zalo's developers' console: it speaks for one or several Official Accounts."""

    _name = "caredesk.zalo.app"
    _inherit = ["caredesk.forgetful"]
    _description = "Zalo App"
    _order = "name, id"

    # identity
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    app_id = fields.Char("App ID", required=True, help="The digits shown in the console of Zalo.")

    # secrets
    app_secret = fields.Char(
        "App Secret Key",
        groups="base.group_system",
        copy=False,
        help="Opens the door to the tokens. Shown in the settings of the app.",
    )
    webhook_secret = fields.Char(
        "Official Account Secret Key",
        groups="base.group_system",
        copy=False,
        help="Signs what Zalo reports. It is another key than the one of the app: "
        "the console shows it on the page of the webhook.",
    )
    pkce_mode = fields.Selection(
        [
            (PkceMode.NONE.value, "None"),
            (PkceMode.FIXED.value, "Fixed, as saved in the console"),
            (PkceMode.PER_REQUEST.value, "New for each consent"),
        ],
        "Proof Key",
        default=PkceMode.PER_REQUEST.value,
        required=True,
        help="How the consent is protected. It has to fit to what the console demands.",
    )
    code_verifier = fields.Char(
        groups="base.group_system",
        copy=False,
        help="The verifier whose challenge is saved in the console.",
    )
    send_proof = fields.Boolean(
        "Prove Each Call", help="Needed when the console demands the proof of the secret key."
    )

    # addresses; whoever changes them gets the secrets sent
    oauth_url = fields.Char(
        "Token Host", default=options.OAUTH_URL, required=True, groups="base.group_system"
    )
    openapi_url = fields.Char(
        "API Host", default=options.OPENAPI_URL, required=True, groups="base.group_system"
    )
    business_url = fields.Char(
        "Template Host", default=options.BUSINESS_URL, required=True, groups="base.group_system"
    )
    media_domains = fields.Char(
        default=", ".join(options.MEDIA_DOMAINS),
        required=True,
        groups="base.group_system",
        help="Files of customers are fetched from these domains only.",
    )
    webhook_url = fields.Char("Webhook Address", compute="_compute_addresses")
    redirect_uri = fields.Char("Callback Address", compute="_compute_addresses")
    domain_code = fields.Char(
        "Domain Verification Code",
        help="Zalo asks for the file zalo_verifier….html; enter what stands between "
        "zalo_verifier and .html, and the file is there.",
    )

    # limits
    calls_per_minute = fields.Integer(
        default=3600,
        required=True,
        help="Zalo takes 4,000 calls of an app in a minute. Leave some to other programs that "
        "use the same app.",
    )

    oa_ids = fields.One2many("caredesk.zalo.oa", "app_id", "Official Accounts")

    _calls_positive = models.Constraint(
        "CHECK (calls_per_minute > 0)", "At least one call per minute is needed."
    )
    _app_id_uniq = models.Constraint("UNIQUE (app_id)", "This Zalo app is set up already.")

    def _compute_addresses(self):
        base = self.get_base_url()
        for app in self:
            app.webhook_url = urls.urljoin(base, WEBHOOK_PATH)
            app.redirect_uri = urls.urljoin(base, OAUTH_PATH)

    # === FOR THE WEBHOOK AND THE CLIENT ===

    @api.model
    @tools.ormcache()
    def _signers(self):
        """Return ``((record id, app id, secret), …)`` of all apps that can verify an event."""
        # sudo: the webhook has no user; what it reads is compared and never shown
        return tuple(
            (app.id, app.app_id, app.webhook_secret)
            for app in self.sudo().search([("webhook_secret", "!=", False)])
        )

    @api.model
    def _is_signed_with_app_secret(self, header, body, moments):
        """Tell whether a body is signed with what we hold for the secret key of an app.

        Then the two keys stand in each other's place: the most frequent mistake.
        """
        # sudo: the webhook has no user; what it reads is compared and never shown
        return any(
            webhook.is_signed(header, app.app_id, body, moments, app.app_secret or "")
            for app in self.sudo().search([])
        )

    def _options(self):
        """Return the options of a client of this app."""
        self.ensure_one()
        app_sudo = self.sudo()  # the secrets go into the client and nowhere else
        domains = tuple(part.strip() for part in app_sudo.media_domains.split(",") if part.strip())
        local = app_sudo.openapi_url.startswith("http://")
        return ZaloOptions(
            app_sudo.app_id,
            app_sudo.app_secret or "",
            oauth_url=app_sudo.oauth_url.rstrip("/"),
            openapi_url=app_sudo.openapi_url.rstrip("/"),
            business_url=app_sudo.business_url.rstrip("/"),
            send_proof=app_sudo.send_proof,
            media_domains=domains,
            # A sandbox on the own machine has no certificate; Zalo itself always has.
            media_schemes=("https", "http") if local else ("https",),
        )
