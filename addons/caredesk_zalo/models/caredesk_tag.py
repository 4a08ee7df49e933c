from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: Odoo's colours: orange for one's own, blue for those that everybody may use.
ORANGE, BLUE = 2, 8


class CaredeskTag(models.Model):
    """A label that sorts customers: one's own, or shared with everybody.

    The colour tells the two apart and is not chosen.
    """

    _name = "caredesk.tag"
    _description = "Customer Tag"
    _order = "name, id"

    name = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
        index=True,
    )
    is_shared = fields.Boolean(
        "Shared", help="Everybody may use it. A tag that is not shared is seen by its owner only."
    )
    color = fields.Integer(compute="_compute_color")

    _own_name_uniq = models.UniqueIndex(
        "(user_id, lower(name)) WHERE is_shared IS NOT TRUE", "You have a tag of this name."
    )
    _shared_name_uniq = models.UniqueIndex(
        "(lower(name)) WHERE is_shared IS TRUE", "There is a shared tag of this name."
    )

    @api.depends("is_shared")
    def _compute_color(self):
        for tag in self:
            tag.color = BLUE if tag.is_shared else ORANGE

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._cleaned(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._cleaned(vals))

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", tag.name)}
            for tag, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model
    def name_create(self, name):
        """Select the tag of this name, or make one of one's own: what Enter does."""
        tag = self._named(name)
        return tag.id, tag.display_name

    # === BUSINESS ===

    @api.model
    def _named(self, name):
        """Return the tag of this name the user may use, a new one of his own when there is none."""
        known = self.search([("name", "=ilike", _literal(name))], limit=1)
        return known or self.create({"name": name})

    @api.model
    def _cleaned(self, vals):
        """Return values without blanks around the name, and without another owner.

        :raise AccessError: a tag is made for somebody else
        :raise UserError: nothing is left of the name
        """
        if vals.get("user_id", self.env.uid) != self.env.uid and not self.env.su:
            raise AccessError(self.env._("A tag belongs to who makes it."))
        if "name" not in vals:
            return vals
        name = " ".join((vals["name"] or "").split())
        if not name:
            raise UserError(self.env._("A tag needs a name."))
        return {**vals, "name": name}


def _literal(name):
    """Return a pattern that finds this very name, whatever its case."""
    text = " ".join((name or "").split())
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
