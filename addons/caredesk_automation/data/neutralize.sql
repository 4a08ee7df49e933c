-- A copy of a database must not greet or remind real customers.
UPDATE caredesk_automation_rule SET state = 'stopped', next_run_at = NULL;
UPDATE caredesk_automation_run SET state = 'cancelled' WHERE state IN ('pending', 'held');
UPDATE caredesk_automation_call SET state = 'cancelled' WHERE state IN ('pending', 'calling');
-- A copy of a database must not send its customers to pages of the original, nor remind anybody.
UPDATE caredesk_care_invite SET token = 'copy-' || id;
UPDATE caredesk_care_task SET notify_email = false, notify_sms = false
 WHERE notify_email OR notify_sms;
