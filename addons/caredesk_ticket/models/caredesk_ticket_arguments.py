from odoo import api, models
from odoo.exceptions import UserError

#: Links whose ids we look up ourselves before the ORM sees the values.
_LINKS = ("partner_id", "lead_id", "type_id", "parent_id", "group_id", "user_id", "stage_id")
#: The greatest id PostgreSQL has room for.
_MAX_ID = 2**31 - 1


class CaredeskTicket(models.Model):
    """What callers from outside may hand over: anything else is refused in words.

    A script sends text for a number, a list for a record, nothing at all. Whoever wrote it has
    to read what is wrong, not where our code stumbled over it.
    """

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    @api.model
    def _check_new(self, vals_list):
        """Raise unless values and defaults of new tickets are of the kinds we can read."""
        if not isinstance(vals_list, list | tuple):
            vals_list = [vals_list]
        for vals in vals_list:
            self._check_vals(vals)
        context = self.env.context
        defaults = [name for name in context if name.startswith("default_")]
        if defaults:
            self._check_vals({name.removeprefix("default_"): context[name] for name in defaults})

    @api.model
    def _check_vals(self, vals):
        """Raise unless ``vals`` are values of fields, and name each linked record by its id.

        :raise UserError: they are something else
        """
        if not isinstance(vals, dict):
            raise UserError(self.env._("The values of a ticket are a dictionary of its fields."))
        for name in _LINKS:
            if vals.get(name):
                self._as_id(vals[name], name)

    @api.model
    def _as_id(self, value, name):
        """Return ``value`` when it can be the id of a record.

        :param name: the field it is for, used in the error
        :raise UserError: it cannot
        """
        if type(value) is not int or not 0 < value <= _MAX_ID:
            raise UserError(
                self.env._(
                    "«%(field)s» names a record by its number.",
                    field=self._fields[name].get_description(self.env, ["string"])["string"],
                )
            )
        return value

    @api.model
    def _as_ids(self, values):
        """Return the ids among what a caller gave as a list; nothing else can be one."""
        if not isinstance(values, list | tuple | set):
            return []
        return [one for one in values if type(one) is int and 0 < one <= _MAX_ID]
