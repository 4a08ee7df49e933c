from odoo import api, fields, models
from odoo.exceptions import UserError

#: What only ticking and unticking sets.
_STAMPS = {"checked_by_id", "checked_at"}


class CaredeskTicketTypeCheckpoint(models.Model):
    """A point of the checklist that tickets of a type begin with."""

    _name = "caredesk.ticket.type.checkpoint"
    _description = "Checklist Point of a Ticket Type"
    _order = "type_id, sequence, id"

    type_id = fields.Many2one("caredesk.ticket.type", required=True, ondelete="cascade", index=True)
    name = fields.Char("Point", required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="type_id.company_id")


class CaredeskTicketType(models.Model):
    _inherit = "caredesk.ticket.type"

    check_ids = fields.One2many("caredesk.ticket.type.checkpoint", "type_id", string="Checklist")
    check_count = fields.Integer(compute="_compute_check_count", store=True)
    checks_required = fields.Boolean(
        "Checklist Required",
        help="A ticket of this type can be completed only when its whole checklist is done.",
    )

    @api.depends("check_ids")
    def _compute_check_count(self):
        """Keep the number where a new ticket finds it without a query."""
        for kind in self:
            kind.check_count = len(kind.check_ids)


class CaredeskTicketCheckpoint(models.Model):
    """A point to be dealt with on one ticket: who ticked it off, and when."""

    _name = "caredesk.ticket.checkpoint"
    _description = "Checklist Point of a Ticket"
    _order = "ticket_id, sequence, id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade", index=True)
    name = fields.Char("Point", required=True)
    sequence = fields.Integer(default=10)
    is_done = fields.Boolean("Done")
    checked_by_id = fields.Many2one(
        "res.users", string="Done by", readonly=True, ondelete="restrict"
    )
    checked_at = fields.Datetime("Done on", readonly=True)
    template_id = fields.Many2one(
        "caredesk.ticket.type.checkpoint",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    company_id = fields.Many2one(related="ticket_id.company_id")

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create([self._stamped(vals) for vals in vals_list])
        checks._check_open()
        return checks

    def write(self, vals):
        self._check_open()
        self._check_required(vals)
        if "is_done" in vals:  # ticked twice keeps the first name
            changed = self.filtered(lambda check: check.is_done != bool(vals["is_done"]))
            rest = {name: value for name, value in vals.items() if name != "is_done"}
            super(CaredeskTicketCheckpoint, self - changed).write(self._unstamped(rest))
            return super(CaredeskTicketCheckpoint, changed).write(self._stamped(vals))
        result = super().write(self._unstamped(vals))
        if "ticket_id" in vals:
            self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        self._check_open()
        self._check_required()

    # === BUSINESS ===

    @api.model
    def _unstamped(self, vals):
        return {name: value for name, value in vals.items() if name not in _STAMPS}

    @api.model
    def _stamped(self, vals):
        """Return ``vals`` with who ticks the point off and when; nobody gives that himself."""
        done = bool(vals.get("is_done"))
        return {
            **self._unstamped(vals),
            "checked_by_id": self.env.uid if done else False,
            "checked_at": fields.Datetime.now() if done else False,
        }

    def _check_open(self):
        closed = self.ticket_id.filtered("is_closed")
        if closed:
            raise UserError(
                self.env._(
                    "Ticket %(number)s is closed and can no longer be changed. Reopen it first.",
                    number=closed[0].number,
                )
            )

    def _check_required(self, vals=None):
        """Keep those who have to do a required checklist from rewriting it.

        :param vals: what is written; None when the points are deleted
        """
        if vals is not None and not vals.keys() & {"name", "ticket_id", "template_id"}:
            return
        required = self.filtered(
            lambda check: check.template_id and check.ticket_id.type_id.sudo().checks_required
        )
        if required and not required.ticket_id._is_manager():
            raise UserError(
                self.env._(
                    "«%(point)s» belongs to the required checklist of the ticket type: only "
                    "managers change it or take it away.",
                    point=required[0].name,
                )
            )


class CaredeskTicket(models.Model):
    """The checklist of a ticket: begun from its type, shown as progress, asked for at the end."""

    _inherit = "caredesk.ticket"

    check_ids = fields.One2many("caredesk.ticket.checkpoint", "ticket_id", string="Checklist")
    check_progress = fields.Char("Checklist Progress", compute="_compute_check_progress")

    @api.depends("check_ids.is_done")
    def _compute_check_progress(self):
        """Say how far the checklist is, e.g. 2/5; empty without a checklist."""
        rows = self.env["caredesk.ticket.checkpoint"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id", "is_done"], ["__count"]
        )
        counts = {(ticket.id, done): count for ticket, done, count in rows}
        for ticket in self:
            done = counts.get((ticket.id, True), 0)
            total = done + counts.get((ticket.id, False), 0)
            ticket.check_progress = f"{done}/{total}" if total else False

    # === CRUD ===

    def write(self, vals):
        retyped = self.browse()
        if "type_id" in vals:
            retyped = self.filtered(lambda ticket: ticket.type_id.id != vals["type_id"])
        result = super().write(vals)
        if retyped:
            retyped.sudo()._change_checks()  # the type was written by who may write it
        return result

    # === BUSINESS ===

    def _after_create(self):
        super()._after_create()
        self._add_checks()

    def _add_checks(self):
        """Copy the checklists of the types onto the tickets, in one go."""
        listed = self.filtered(lambda ticket: ticket.type_id.check_count)
        if not listed:
            return
        if not self.env.context.get("lang"):  # mail comes without a language
            listed = listed.with_context(lang=listed.company_id[:1].partner_id.lang)
        self.env["caredesk.ticket.checkpoint"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "name": point.name,
                    "sequence": point.sequence,
                    "template_id": point.id,
                }
                for ticket in listed
                for point in ticket.type_id.check_ids
            ]
        )

    def _change_checks(self):
        """Replace what is not done of the former type's checklist by that of the present one.

        What is done, and what people added by hand, stays.
        """
        foreign = self.check_ids.filtered(
            lambda check: (
                not check.is_done
                and check.template_id
                and check.template_id.type_id != check.ticket_id.type_id
            )
        )
        foreign.unlink()
        having = self.filtered(
            lambda ticket: ticket.type_id in ticket.check_ids.template_id.type_id
        )
        (self - having)._add_checks()

    def _prepare_completion(self, result, cause):
        vals = super()._prepare_completion(result, cause)
        if self.type_id.sudo().checks_required:  # a setting, not a secret
            left = self.check_ids.filtered(lambda check: not check.is_done)
            if left:
                raise UserError(
                    self.env._(
                        "The checklist of ticket %(number)s is not done: %(points)s.",
                        number=self.number,
                        points=", ".join(left.mapped("name")),
                    )
                )
        return vals
