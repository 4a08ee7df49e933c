"""Where the database tells that somebody was in contact with a customer."""

from dataclasses import dataclass

#: Column that only grows with every row.
BY_ID = "id"


@dataclass(frozen=True)
class ContactSource:
    """Rows of a table, called ``source`` in all SQL here, of which each is one contact.

    :param table: name of the table
    :param customer: SQL for the id of the customer
    :param moment: SQL for when it was, in UTC
    :param rows: SQL for which rows count
    :param joins: SQL that joins other tables
    :param mark: column by which new rows are told from those read before: the id of rows that
        are only ever added, or a moment that is indexed under the condition ``marked``
    :param marked: SQL for the rows that have that moment
    """

    table: str
    customer: str
    moment: str
    rows: str = "TRUE"
    joins: str = ""
    mark: str = BY_ID
    marked: str = "TRUE"


# The scheduled actions are user 1: mails and SMS that a rule sends are no contact.
_SPOKEN = (
    "(source.message_type IN ('comment', 'email')"
    " OR (source.message_type IN ('sms', 'email_outgoing') AND source.create_uid <> 1))"
)
_ACTED = "(source.mail_activity_type_id IS NOT NULL AND source.create_uid <> 1)"


def conversation(model, table):
    """Return the source of what is said to and by the customer about records of ``model``.

    Notes that colleagues write for each other are no contact.
    """
    return ContactSource(
        "mail_message",
        "about.partner_id",
        "source.date",
        f"source.model = '{model}' AND {_SPOKEN} AND subtype.internal IS NOT TRUE",
        f"JOIN {table} about ON about.id = source.res_id"
        " JOIN mail_message_subtype subtype ON subtype.id = source.subtype_id",
    )


#: Keys are kept in the database, with how far each source was read.
SOURCES = {
    "caredesk_ticket": ContactSource("caredesk_ticket", "source.partner_id", "source.create_date"),
    "sale_order": ContactSource("sale_order", "source.partner_id", "source.create_date"),
    "mail_message": ContactSource(
        "mail_message",
        "source.res_id",
        "source.date",
        f"source.model = 'res.partner' AND ({_SPOKEN} OR {_ACTED})",
    ),
    "said_on_ticket": conversation("caredesk.ticket", "caredesk_ticket"),
    "said_on_order": conversation("sale.order", "sale_order"),
    "said_on_lead": conversation("crm.lead", "crm_lead"),
    "caredesk_care_call": ContactSource(
        "caredesk_care_call", "source.partner_id", "source.create_date"
    ),
    "caredesk_care_history": ContactSource(
        "caredesk_care_history",
        "source.partner_id",
        "LEAST(source.date, source.confirmed_at)",
        "source.state = 'confirmed' AND source.confirmed_uid <> 1",
        mark="confirmed_at",
        marked="source.state = 'confirmed'",
    ),
    "caredesk_care_task": ContactSource(
        "caredesk_care_task",
        "source.partner_id",
        "source.done_at",
        "source.state = 'done'",
        mark="done_at",
        marked="source.state = 'done'",
    ),
}
