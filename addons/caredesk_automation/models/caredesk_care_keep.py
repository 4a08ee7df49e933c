from odoo import api, models


class CaredeskCareKeep(models.AbstractModel):
    """What was used once is archived where others would be deleted: the past must stay readable."""

    _name = "caredesk.care.keep"
    _description = "Archived Instead of Deleted When Used"

    @api.model
    def _uses(self):
        """Hook: return the fields that point at this model, as (model name, field name)."""
        return []

    def _used(self):
        """Return those of these records that anything points at, whoever may see it."""
        used = self.browse()
        for model_name, field_name in self._uses():
            # sudo: a use that the user may not see is a use too
            records_sudo = self.env[model_name].sudo().with_context(active_test=False)
            groups = records_sudo._read_group(
                [(field_name, "in", self.ids)], [field_name], ["__count"]
            )
            used |= self.browse([record.id for record, _count in groups])
        return used & self

    def unlink(self):
        """Archive what was used, delete the rest."""
        used = self._used()
        self.check_access("unlink")
        # The right to delete includes the right to put aside.
        used.active = False
        return super(CaredeskCareKeep, self - used).unlink()
