from odoo import api, models
from odoo.tools import email_normalize
from odoo.tools.misc import hash_sign, verify_hash_signed

#: What the signatures are good for, and nothing else.
_SCOPE = "caredesk_automation.opt_out"


class CaredeskAutomationOptOut(models.AbstractModel):
    """The link by which a customer gets no more messages of rules.

    The link holds address, company and language, signed; nothing is stored until it is used. What
    it changes is Odoo's own list of addresses that want no mail, which all rules respect.
    """

    _name = "caredesk.automation.opt.out"
    _description = "Unsubscribing from Automation"

    # === BUSINESS ===

    @api.model
    def _url(self, partner, company):
        """Return the address of the page for one recipient; empty for colleagues."""
        if not partner.partner_share or not partner.email_normalized:
            return ""
        values = [partner.email_normalized, company.id, partner.lang or ""]
        token = hash_sign(self.sudo().env, _SCOPE, values)  # sudo: the secret of the database
        return f"{company.get_base_url()}/caredesk/unsubscribe/{token}"

    @api.model
    def _of_token(self, token):
        """Return (address, company, language) of a link; None where nobody signed it."""
        try:
            # sudo: the secret of the database
            values = verify_hash_signed(self.sudo().env, _SCOPE, token)
        except ValueError:
            return None
        if not values:
            return None
        address, company_id, lang = values
        company_sudo = self.env["res.company"].sudo().browse(company_id).exists()  # signed
        if not company_sudo or email_normalize(address) != address:
            return None
        return address, company_sudo, lang

    @api.model
    def _is_out(self, address):
        """Tell whether an address wants no mail."""
        # sudo: of an address whose owner holds a signed link
        blacklist_sudo = self.env["mail.blacklist"].sudo()
        return bool(blacklist_sudo.search_count([("email", "=", address)], limit=1))

    @api.model
    def _choose(self, address, company, wanted):
        """Note that an address wants messages again, or none any more; twice is as once."""
        # sudo: of an address whose owner holds a signed link
        blacklist_sudo = self.env["mail.blacklist"].sudo()
        if wanted == (not self._is_out(address)):
            return
        if wanted:
            words = self.env._("Wants messages of %s again, by the link in one.", company.name)
            blacklist_sudo._remove(address, message=words)
        else:
            words = self.env._("Unsubscribed by the link in a message of %s.", company.name)
            blacklist_sudo._add(address, message=words)
