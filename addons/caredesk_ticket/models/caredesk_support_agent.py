from odoo import api, fields, models
from odoo.tools import SQL

#: The query behind the dispatcher's ``_seats``. Planning it takes longer than running it: the plan
#: of a function is kept by the connection. Subqueries, not joins, for the same reason.
_SEATS = SQL(
    """
    CREATE OR REPLACE FUNCTION caredesk_support_seats(
        wanted_group_ids integer[], wanted_user_ids integer[])
    RETURNS TABLE (member_id integer, in_group_id integer, of_user_id integer,
                   place integer, places integer, last_at timestamp, skills integer[],
                   held bigint[])
    LANGUAGE plpgsql STABLE AS $$
    BEGIN
        RETURN QUERY
        SELECT member.id, member.group_id, member.user_id, member.sequence,
               member.capacity, agent.assigned_at,
               ARRAY(SELECT skill_id FROM caredesk_support_member_skill_rel owned
                      WHERE owned.member_id = member.id),
               (SELECT ARRAY[count(*) FILTER (WHERE state <> 'waiting'),
                             count(*) FILTER (WHERE state = 'waiting')]
                  FROM caredesk_ticket ticket
                 WHERE ticket.user_id = member.user_id
                   AND ticket.state IN ('todo', 'in_progress', 'waiting'))
          FROM caredesk_support_member member
          JOIN caredesk_support_agent agent ON agent.id = member.agent_id
         WHERE member.group_id = ANY(wanted_group_ids) AND member.active
           AND agent.is_away IS NOT TRUE
           AND (wanted_user_ids IS NULL OR member.user_id = ANY(wanted_user_ids))
           AND (SELECT active AND share IS NOT TRUE FROM res_users
                 WHERE id = member.user_id)
           AND (SELECT TRUE FROM res_company_users_rel allowed
                 WHERE allowed.user_id = member.user_id AND allowed.cid = (
                       SELECT company_id FROM caredesk_support_group
                        WHERE id = member.group_id));
    END
    $$
    """
)

#: Reserves people; see `_reserve`. Saves what a savepoint would take two trips for.
_RESERVE = """
    CREATE OR REPLACE FUNCTION caredesk_support_agent_reserve(
        wanted_user_ids integer[], moment timestamp) RETURNS integer[]
    LANGUAGE plpgsql AS $$
    DECLARE
        reserved integer[];
    BEGIN
        WITH locked AS (
            SELECT id FROM caredesk_support_agent WHERE user_id = ANY(wanted_user_ids)
             ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
        ), changed AS (
            UPDATE caredesk_support_agent agent
               SET load_version = load_version + 1, assigned_at = moment
              FROM locked
             WHERE agent.id = locked.id
         RETURNING agent.user_id
        )
        SELECT array_agg(user_id) INTO reserved FROM changed;
        RETURN COALESCE(reserved, '{}');
    EXCEPTION WHEN serialization_failure THEN
        RETURN '{}';
    END
    $$
"""


class CaredeskSupportAgent(models.Model):
    """One row per person who serves tickets, however many groups he or she is in.

    Routing counts a person's load over all groups, so what must be locked while a ticket is
    given to somebody is the person. Whoever raises a person's load changes this row: two
    transactions that do it at the same time then conflict in PostgreSQL instead of both
    believing that the person is free.
    """

    _name = "caredesk.support.agent"
    _description = "Support Agent"
    _rec_name = "user_id"
    _order = "id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade", index=True)
    is_away = fields.Boolean(
        help="An away person gets no tickets automatically and cannot take any, in any group."
    )
    assigned_at = fields.Datetime(
        readonly=True, help="When a ticket was last given to this person, by whatever way."
    )
    load_version = fields.Integer(
        readonly=True, default=0, help="Raised by one whenever the load of this person rises."
    )

    _user_uniq = models.UniqueIndex("(user_id)", "A person has one agent record.")

    def init(self):
        """Make the functions behind routing."""
        self.env.cr.execute(_RESERVE)
        # Dropped before: another version may return other columns.
        self.env.cr.execute("DROP FUNCTION IF EXISTS caredesk_support_seats(integer[], integer[])")
        self.env.cr.execute(_SEATS)

    @api.model
    def _for_users(self, users):
        """Return the agents of ``users``, creating the missing ones.

        :param users: ``res.users`` recordset
        """
        agents_sudo = self.sudo().search([("user_id", "in", users.ids)])
        missing = users - agents_sudo.user_id
        return agents_sudo | self.sudo().create([{"user_id": user.id} for user in missing])

    @api.model
    def _reserve(self, user_ids, now):
        """Raise the load of those of these people nobody else is giving a ticket to.

        Never waits. People locked by another transaction are left out; when somebody's row is
        newer than what this transaction can see, nobody is reserved: what we believe about
        who is free is out of date.

        :return: set of the ids of the users reserved until the end of the transaction
        """
        self.flush_model(["assigned_at", "load_version"])
        self.env.cr.execute(
            SQL("SELECT unnest(caredesk_support_agent_reserve(%s, %s))", sorted(user_ids), now)
        )
        reserved = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_model(["assigned_at", "load_version"], flush=False)
        return reserved

    @api.model
    def _raise_load(self, user_ids, assigned_at=None):
        """Mark that the load of these people rises, or that they leave, in this transaction.

        Blocks while another transaction does the same for one of them and then fails with a
        serialization error, upon which Odoo runs the whole request again on fresh data.

        :param user_ids: ids of ``res.users``
        :param assigned_at: when they got a ticket (naive UTC), None if they did not
        """
        if not user_ids:
            return
        self.flush_model(["assigned_at", "load_version"])
        # Sorted: two transactions that need the same two people must not wait crosswise.
        self.env.cr.execute(
            """
            UPDATE caredesk_support_agent agent
               SET load_version = load_version + 1,
                   assigned_at = COALESCE(%s, assigned_at)
              FROM (SELECT id FROM caredesk_support_agent
                     WHERE user_id = ANY(%s) ORDER BY id FOR NO KEY UPDATE) locked
             WHERE agent.id = locked.id
            """,
            (assigned_at, sorted(user_ids)),
            log_exceptions=False,
        )
        self.invalidate_model(["assigned_at", "load_version"], flush=False)
