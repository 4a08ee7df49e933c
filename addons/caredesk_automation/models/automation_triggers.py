"""What rules can listen to: which records, whose customer, who is in charge."""

from dataclasses import dataclass

ACTION = "action"
EVENT = "event"
TIME = "time"


@dataclass(frozen=True)
class Trigger:
    """One thing that sets rules off.

    :param kind: action, event or time
    :param model: records it is about
    :param customer: path from the record to the customer; empty: the record itself
    :param owner: path to the user in charge of it
    :param contact: path to the person we talk to about it
    :param by_day: whether a day is looked up, so that «days before or after» makes sense
    :param conditions: those a new rule begins with; people may take them away
    :param undone: what is true of a record whose creation was taken back: after a delay nobody
        is written to about it
    """

    kind: str
    model: str
    customer: str = "partner_id"
    owner: str = "user_id"
    contact: str = ""
    by_day: bool = False
    conditions: str = "[]"
    undone: tuple = ()


_PARTNER = {"model": "res.partner", "customer": "", "owner": "user_id"}
_CONTRACT = {"model": "caredesk.contract", "contact": "contact_id"}
#: Warranties are contracts too, but their customers never signed any.
_NO_WARRANTY = "[('kind', '=', 'contract')]"
#: Nobody minds that suppliers are silent.
_NO_SUPPLIER = "[('supplier_rank', '=', 0)]"
_CANCELLED = (("state", "=", "cancelled"),)

TRIGGERS = {
    "partner_create": Trigger(ACTION, **_PARTNER),
    "quotation_create": Trigger(ACTION, "sale.order", undone=(("state", "=", "cancel"),)),
    "order_confirm": Trigger(ACTION, "sale.order", undone=(("state", "!=", "sale"),)),
    # Put in force for the first time: a draft is no contract yet, as a quotation is no order.
    "contract_create": Trigger(
        ACTION,
        conditions=_NO_WARRANTY,
        undone=(("state", "in", ("draft", "cancelled")),),
        **_CONTRACT,
    ),
    "ticket_create": Trigger(ACTION, "caredesk.ticket", undone=_CANCELLED),
    "ticket_done": Trigger(ACTION, "caredesk.ticket", undone=(("state", "!=", "done"),)),
    "lead_create": Trigger(ACTION, "crm.lead"),
    "care_task_create": Trigger(
        ACTION, "caredesk.care.task", owner="user_ids", contact="contact_id", undone=_CANCELLED
    ),
    "birthday": Trigger(EVENT, by_day=True, **_PARTNER),
    "contract_end": Trigger(EVENT, by_day=True, conditions=_NO_WARRANTY, **_CONTRACT),
    "installment_due": Trigger(
        EVENT,
        "caredesk.contract.installment",
        owner="contract_id.user_id",
        contact="contract_id.contact_id",
        by_day=True,
    ),
    "invoice_due": Trigger(EVENT, "account.move", owner="invoice_user_id", by_day=True),
    "paid_share": Trigger(EVENT, **_CONTRACT),
    "no_contact": Trigger(EVENT, conditions=_NO_SUPPLIER, **_PARTNER),
    "sla_missed": Trigger(EVENT, "caredesk.ticket"),
    "low_score": Trigger(EVENT, "caredesk.ticket"),
    "daily": Trigger(TIME, **_PARTNER),
    "weekly": Trigger(TIME, **_PARTNER),
    "monthly": Trigger(TIME, **_PARTNER),
}
