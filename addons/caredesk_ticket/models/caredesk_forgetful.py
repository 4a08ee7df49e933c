from odoo import api, models


class CaredeskForgetful(models.AbstractModel):
    """Settings of which something is kept between requests: a change makes it forgotten.

    It is forgotten after the change, so that nothing read on the way is kept on.
    """

    _name = "caredesk.forgetful"
    _description = "Settings Read From Memory"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if records._is_remembered():
            self.env.registry.clear_cache()
        return records

    def write(self, vals):
        remembered = self._is_remembered(vals)
        result = super().write(vals)
        if remembered:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        remembered = self._is_remembered()
        result = super().unlink()
        if remembered:
            self.env.registry.clear_cache()
        return result

    # === BUSINESS ===

    def _is_remembered(self, vals=None):
        """Tell whether something of these records is kept: of all of them.

        :param vals: what is about to be written; None when they were created or are deleted
        """
        return True
