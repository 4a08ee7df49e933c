from odoo.fields import Command

from .common import CareDeskCase


class StageCase(CareDeskCase):
    """A manager, and a way to make stages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")

    @classmethod
    def _stage(cls, name, state, *groups, **vals):
        """Return a new stage of ``groups`` (of all groups when none is given)."""
        values = {"name": name, "state": state, "group_ids": [Command.set([g.id for g in groups])]}
        return cls.env["caredesk.ticket.stage"].create({**values, **vals})
