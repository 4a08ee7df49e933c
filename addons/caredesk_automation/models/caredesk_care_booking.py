from odoo import api, fields, models

from .caredesk_care_task import OPEN


class CaredeskCareTask(models.Model):
    _inherit = "caredesk.care.task"

    is_booking = fields.Boolean("Booking", copy=False, help="The customer knows the time.")
    event_id = fields.Many2one(
        "calendar.event", "Meeting", readonly=True, copy=False, ondelete="set null",
        index="btree_not_null",
    )  # fmt: skip

    @api.model_create_multi
    def create(self, vals_list):
        """Put bookings into the calendars of the people who do them."""
        tasks = super().create(vals_list)
        bookings = tasks.filtered("is_booking")
        bookings._hold_agendas()
        bookings._sync_event()
        return tasks

    def write(self, vals):
        """Move the meeting along with the booking."""
        result = super().write(vals)
        if vals.keys() & {"date_start", "date_deadline", "state", "user_ids", "is_booking", "name"}:
            bookings = self.filtered(lambda task: task.is_booking or task.event_id)
            if vals.keys() & {"date_start", "user_ids", "is_booking"}:
                bookings._hold_agendas()
            bookings._sync_event()
        return result

    def unlink(self):
        """Take the meetings away too."""
        events = self.sudo().event_id  # the right to delete the task is checked by super
        result = super().unlink()
        events.with_context(caredesk_from_care=True).unlink()
        return result

    def _in_their_words(self):
        """Return the visit in the language of who does it."""
        return self.with_context(lang=self.user_id.lang)

    def _tell_responsible(self, text):
        """Note what the customer did, and tell who does the visit; mails wait in the queue."""
        self.with_context(mail_notify_force_send=False).message_post(
            author_id=self.partner_id.id, body=text, partner_ids=self.user_ids.partner_id.ids
        )

    def _hold_agendas(self):
        """Let a customer who books the same people at this moment see what staff booked."""
        agendas_sudo = self.env["caredesk.care.agenda"].sudo()  # a lock, no content
        for user in self.user_ids.sorted("id"):  # one order for all: no deadlock
            agendas_sudo._hold(user)

    def _sync_event(self):
        # sudo: the meeting is the task's shadow; whoever may write the task moves it.
        events_sudo = (
            self.env["calendar.event"]
            .sudo()
            .with_context(no_mail_to_attendees=True, dont_notify=True, caredesk_from_care=True)
        )
        for task in self.sudo():
            event = task.event_id.with_env(events_sudo.env)
            if task.state not in OPEN or not task.is_booking:
                if task.state in ("cancelled", "no_show") or not task.is_booking:
                    event.unlink()
                continue
            vals = {
                "name": f"{task.name}: {task.partner_id.name}",
                "start": task.date_start,
                "stop": task.date_deadline,
                "user_id": task.user_id.id,
                "partner_ids": [(6, 0, task.user_ids.partner_id.ids)],
            }
            if event:
                event.write(vals)
            else:
                model = self.env["ir.model"]._get_id(self._name)
                task.event_id = events_sudo.create(
                    {**vals, "res_model_id": model, "res_id": task.id}
                )


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def write(self, vals):
        """A booking that is dragged in the calendar moves too."""
        result = super().write(vals)
        if vals.keys() & {"start", "stop"} and not self.env.context.get("caredesk_from_care"):
            # sudo: whoever may move the meeting moves the visit it stands for
            tasks_sudo = self.env["caredesk.care.task"].sudo()
            for task in tasks_sudo.search([("event_id", "in", self.ids), ("state", "in", OPEN)]):
                times = {"date_start": task.event_id.start, "date_deadline": task.event_id.stop}
                if (task.date_start, task.date_deadline) != tuple(times.values()):
                    task.write(times)
        return result
