from odoo import api, models, tools


class CaredeskTicket(models.Model):
    """Who has to hear of a new ticket.

    The ORM asks of each of its fields what depends on it, in memory and in the database, as if
    any record could. Upon a ticket that did not exist a moment ago nearly nothing can.
    """

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    def _modified(self, fields, create):
        if create:
            noticed = self._noticed_when_created()
            fields = [field for field in fields if field.name in noticed]
        return super()._modified(fields, create) if fields else ()

    @api.model
    @tools.ormcache()
    def _noticed_when_created(self):
        """Return the names of the fields of a new ticket that something can depend on.

        Not figures of the ticket itself that are computed when they are read, nor those that
        came with its values, nor records that refer to it: there are none yet.
        """
        triggers = self.env.registry.get_trigger_tree
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.type in ("one2many", "many2many") or _is_noticed(triggers([field]))
        )


def _is_noticed(tree):
    """Tell whether a new record can change what hangs on this tree of dependencies."""
    later = any(field.compute and field.store and not field.precompute for field in tree.root)
    return later or any(
        link.type not in ("many2one", "many2one_reference") for link in tree if tree[link]
    )
