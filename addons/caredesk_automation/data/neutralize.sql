-- A copy of a database must not send its customers to pages of the original, nor remind anybody.
UPDATE caredesk_care_invite SET token = 'copy-' || id;
UPDATE caredesk_care_task SET notify_email = false, notify_sms = false
 WHERE notify_email OR notify_sms;
