import pytz
import vobject

from odoo import fields, models


class CaredeskCareTask(models.Model):
    _inherit = "caredesk.care.task"

    def _calendar_file(self):
        """Return the visit as the bytes of an iCalendar file."""
        self.ensure_one()
        calendar = vobject.iCalendar()
        event = calendar.add("vevent")
        event.add("uid").value = f"care-{self.id}@{self.env.company.id}.caredesk"
        event.add("created").value = fields.Datetime.now().replace(tzinfo=pytz.utc)
        event.add("dtstart").value = self.date_start.replace(tzinfo=pytz.utc)
        event.add("dtend").value = self.date_deadline.replace(tzinfo=pytz.utc)
        event.add("summary").value = f"{self.name}: {self.company_id.name}"
        address = self.company_id.partner_id._display_address(without_company=True)
        place = ", ".join(line.strip() for line in address.splitlines() if line.strip())
        if place:
            event.add("location").value = place
        return calendar.serialize().encode()


class CaredeskCareInvite(models.Model):
    _inherit = "caredesk.care.invite"

    def _calendar_attachment(self):
        """Return the visit as a file for the confirmation mail: ``[(name, bytes)]``."""
        visit = self._visit()
        return [("visit.ics", visit._calendar_file())] if visit else []
