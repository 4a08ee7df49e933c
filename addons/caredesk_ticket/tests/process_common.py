from .common import CareDeskCase


class ProcessCase(CareDeskCase):
    """People who check, follow up and close, and the crons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")
        cls.response = cls._user("dap", "intake")
        cls.customer = cls.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        cls.follow_up_stage = cls.env.ref("caredesk_ticket.stage_follow_up")
        cls.closed_stage = cls.env.ref("caredesk_ticket.stage_closed")

    def _run_cron(self, name):
        """Run one of our scheduled actions as the server does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"caredesk_ticket.{name}").method_direct_trigger()
        self.env.invalidate_all()
