from odoo.http import request

from odoo.addons.portal.controllers.web import Home


class CustomerHome(Home):
    """Where customers come from when they log in."""

    def _login_redirect(self, uid, redirect=None):
        """Speak the customer's language from now on.

        The page with the form, which nobody is known on yet, was in the default language, and
        Odoo keeps to that one; with this cookie it keeps to his. He may still choose another.
        """
        user_sudo = request.env["res.users"].sudo().browse(uid)  # who has just logged in
        if user_sudo.share and user_sudo.lang:
            request.future_response.set_cookie("frontend_lang", user_sudo.lang)
        return super()._login_redirect(uid, redirect=redirect)
