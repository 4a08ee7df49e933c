-- A copy of a database must not greet or remind real customers.
UPDATE caredesk_automation_rule SET state = 'stopped', next_run_at = NULL;
UPDATE caredesk_automation_run SET state = 'cancelled' WHERE state IN ('pending', 'held');
