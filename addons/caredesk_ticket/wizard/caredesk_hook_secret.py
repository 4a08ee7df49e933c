from odoo import api, fields, models

_COMMAND = """\
TOKEN='{token}'
SECRET='{secret}'
body='{{"action": "ticket", "idempotency_key": "test-'$(date +%s)'", "subject": "Test of the hook",
  "body": "Hello from the test call.", "contact": {{"name": "Test", "email": "test@example.com"}}}}'
time=$(date +%s)
signature=$(printf '%s.%s' "$time" "$body" \\
  | openssl dgst -sha256 -hmac "$SECRET" | sed 's/^.*= *//')
curl --silent --show-error '{url}' \\
  --header 'Content-Type: application/json' \\
  --header "Authorization: Bearer $TOKEN" \\
  --header "X-CareDesk-Timestamp: $time" \\
  --header "X-CareDesk-Signature: sha256=$signature" \\
  --data-binary "$body"
"""


class CaredeskHookSecret(models.TransientModel):
    """Shows token and secret of a source once, and a command that tries them. Never saved."""

    _name = "caredesk.hook.secret"
    _description = "Token and Secret of an Inbound Hook"

    source_id = fields.Many2one("caredesk.hook.source", readonly=True)
    token = fields.Char(readonly=True, store=False)
    secret = fields.Char(readonly=True, store=False)
    command = fields.Text("Test Call", compute="_compute_command")

    @api.depends("source_id", "token", "secret")
    def _compute_command(self):
        for shown in self:
            shown.command = _COMMAND.format(
                token=shown.token or self.env._("paste the token here"),
                secret=shown.secret or self.env._("paste the secret here"),
                url=shown.source_id.url,
            )
