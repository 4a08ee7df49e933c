def migrate(cr, version):
    """Name the closing stage, and say since when open tickets are in their stage.

    Stages belong to their firm after the installation, so data files do not change them.
    """
    cr.execute(
        """
        UPDATE caredesk_ticket_stage SET is_closing = TRUE
         WHERE state = 'done' AND id IN (
               SELECT res_id FROM ir_model_data
                WHERE module = 'caredesk_ticket' AND name = 'stage_closed')
        """
    )
    cr.execute(
        """
        UPDATE caredesk_ticket SET stage_entered_at = clock_started_at
         WHERE stage_entered_at IS NULL AND clock_started_at IS NOT NULL
        """
    )
    cr.execute(
        """
        UPDATE caredesk_ticket_time line
           SET stage_id = ticket.stage_id, stage_entered_at = ticket.stage_entered_at
          FROM caredesk_ticket ticket
         WHERE ticket.id = line.ticket_id AND line.stop_at IS NULL AND line.stage_id IS NULL
        """
    )
