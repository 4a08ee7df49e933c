from odoo import api, models, tools
from odoo.tools import SQL


class CaredeskDirectInsert(models.AbstractModel):
    """Writes the rows that come into being together with new tickets, in one statement.

    A ticket begins with a time line, promises, an assignment, followers and the first line of
    its conversation. Made by ``create`` these small rows would cost more than the ticket: access
    checks, defaults, a round trip and a round of recomputation for each model. They are the
    system's own, nothing in them comes from outside, and nothing stored is computed from them.

    Only for models of which that is true; everything else goes through ``create``.
    """

    _name = "caredesk.direct.insert"
    _description = "Insert of Rows in One Statement"

    @api.model
    def _insert(self, rows_of, more=None):
        """Insert rows of several models at once. The caller invalidates what is cached of them.

        :param rows_of: ``{model name: list of values as for create}``; relations as ids
        :param more: ``{name: statement}``, further parts of the same statement in their order
        """
        parts = {
            f"rows_{number}": self._statement(model_name, rows)
            for number, (model_name, rows) in enumerate(rows_of.items())
            if rows
        }
        parts |= more or {}
        if parts:
            named = [SQL("%s AS (%s)", SQL.identifier(name), part) for name, part in parts.items()]
            self.env.cr.execute(SQL("WITH %s SELECT", SQL(", ").join(named)))

    @api.model
    def _statement(self, model_name, rows):
        """Return the statement that inserts ``rows``; defaults and log columns are filled in."""
        model = self.env[model_name]
        common = {name: model._fields[name].default(model) for name in self._defaulted(model_name)}
        if model._log_access:
            common |= dict.fromkeys(("create_uid", "write_uid"), self.env.uid)
            common |= dict.fromkeys(("create_date", "write_date"), self.env.cr.now())
        names = sorted(set(common).union(*rows))
        booleans = {name for name in names if model._fields[name].type == "boolean"}
        values = [
            tuple(
                None if value is False and name not in booleans else value
                for name, value in ((name, row.get(name, common.get(name))) for name in names)
            )
            for row in rows
        ]
        return SQL("%s VALUES %s", self._into(model_name, tuple(names)), SQL(", ").join(values))

    @api.model
    @tools.ormcache("model_name", "names")
    def _into(self, model_name, names):
        """Return the constant part of a statement."""
        return SQL(
            "INSERT INTO %s (%s)",
            SQL.identifier(self.env[model_name]._table),
            SQL(", ").join(map(SQL.identifier, names)),
        )

    @api.model
    @tools.ormcache("model_name")
    def _defaulted(self, model_name):
        """Return the names of the columns of a model that have a default."""
        return [
            name
            for name, field in self.env[model_name]._fields.items()
            if field.store and field.column_type and field.default
        ]
