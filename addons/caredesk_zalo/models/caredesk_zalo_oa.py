from odoo import api, fields, models, tools
from odoo.tools import SQL


class CaredeskZaloOa(models.Model):
    """A Zalo Official Account: its connection, and who answers its customers."""

    _name = "caredesk.zalo.oa"
    _inherit = ["mail.thread", "caredesk.forgetful"]
    _description = "Zalo Official Account"
    _order = "sequence, name, id"
    _check_company_auto = True

    # identity
    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    app_id = fields.Many2one(
        "caredesk.zalo.app", "Zalo App", required=True, ondelete="restrict", index=True
    )
    oa_id = fields.Char(
        "Account ID", copy=False, readonly=True, help="The digits Zalo knows the account by."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    # connection
    state = fields.Selection(
        [
            ("draft", "Not Connected"),
            ("connected", "Connected"),
            ("broken", "Reconnect Needed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    access_token = fields.Char(groups="base.group_system", copy=False, readonly=True)
    refresh_token = fields.Char(groups="base.group_system", copy=False, readonly=True)
    token_expires_at = fields.Datetime("Access Until", copy=False, readonly=True)
    connected_at = fields.Datetime("Connected On", copy=False, readonly=True)
    last_error = fields.Char(copy=False, readonly=True)
    package = fields.Char(copy=False, readonly=True)
    follower_count = fields.Integer("Followers at Zalo", copy=False, readonly=True)
    last_event_at = fields.Datetime("Last Event", copy=False, readonly=True)

    # who answers
    user_ids = fields.Many2many(
        "res.users",
        string="Agents",
        help="They are told of new conversations and may answer them.",
    )
    contact_count = fields.Integer("Customers", compute="_compute_contact_count")

    _oa_id_uniq = models.Constraint("UNIQUE (oa_id)", "This Official Account is set up already.")

    def _compute_contact_count(self):
        groups = self.env["caredesk.zalo.contact"]._read_group(
            [("oa_id", "in", self.ids)], ["oa_id"], ["__count"]
        )
        count_of = dict(groups)
        for account in self:
            account.contact_count = count_of.get(account, 0)

    # === WHO IS WHO ===

    @api.model
    @tools.ormcache()
    def _by_zalo_id(self):
        """Return ``{account id of Zalo: (record id, id of its app)}`` of the accounts we serve."""
        # sudo: the webhook has no user; ids are all it gets
        accounts_sudo = self.sudo().search([("oa_id", "!=", False)])
        return {account.oa_id: (account.id, account.app_id.id) for account in accounts_sudo}

    def _is_remembered(self, vals=None):
        """Tell whether who is who changes: nothing else of an account is kept."""
        return vals is None or bool({"oa_id", "active", "app_id"} & vals.keys())

    def _hold(self):
        """Lock the row before a secret is written to it; who holds it now is waited for.

        When somebody else changes the row meanwhile, it is this that fails and is logged, and
        not the statement with the secret in it.
        """
        self.env.cr.execute(
            # NO KEY: an event that refers to the account is stored meanwhile.
            SQL(
                "SELECT id FROM %s WHERE id = ANY(%s) FOR NO KEY UPDATE",
                SQL.identifier(self._table),
                self.ids,
            )
        )

    def _language(self):
        """Return the language of the account's company: what workers write is read there."""
        self.ensure_one()
        return self.company_id.partner_id.lang or self.env.lang

    # === ACTIONS ===

    def action_connect(self):
        """Open Zalo's page on which an administrator of the account gives consent."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_url",
            "url": self._consent_url(),
            "target": "self",
        }

    def action_disconnect(self):
        """Forget the tokens; conversations stay."""
        self.check_access("write")
        # sudo: the tokens are an administrator's; the right to write was checked
        self.sudo().write(
            {
                "state": "draft",
                "access_token": False,
                "refresh_token": False,
                "token_expires_at": False,
                "last_error": False,
                "task": False,
                "webhook_state": False,
            }
        )

    def action_open_contacts(self):
        """Open the customers of this account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_zalo.caredesk_zalo_contact_action"
        )
        return {**action, "domain": [("oa_id", "=", self.id)]}
