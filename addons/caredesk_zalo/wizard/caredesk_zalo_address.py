from odoo import api, models

#: Odoo's own addon that suggests addresses, and the setting without which it cannot.
ADDON = "google_address_autocomplete"
KEY = "google_address_autocomplete.google_places_api_key"


class CaredeskZaloEdit(models.TransientModel):
    """Suggests addresses while one is typed, where Odoo's own addon is there and has its key."""

    _inherit = "caredesk.zalo.edit"

    @api.model
    def _suggests_addresses(self):
        if ADDON not in self.env.registry._init_modules:
            return False
        # sudo: whether there is a key is no secret
        return bool(self.env["ir.config_parameter"].sudo().get_param(KEY))

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._suggests_addresses())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form" and self._suggests_addresses():
            for node in arch.xpath("//field[@name='address']"):
                node.set("widget", "google_address_autocomplete")
                node.set("options", "{'street': 'address'}")
        return arch, view
