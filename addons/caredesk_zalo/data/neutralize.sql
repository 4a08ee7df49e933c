-- A copy of a database must not write to real customers, nor spend the tokens of the original.
UPDATE caredesk_zalo_oa
   SET state = 'draft', access_token = NULL, refresh_token = NULL, token_expires_at = NULL,
       task = NULL, consent_code = NULL;
UPDATE caredesk_zalo_app
   SET app_secret = NULL, webhook_secret = NULL, code_verifier = NULL;
UPDATE caredesk_zalo_message
   SET state = 'failed', reason = 'This is a copy of the database.'
 WHERE state IN ('queued', 'sending');
UPDATE caredesk_zalo_media SET state = 'failed' WHERE state = 'todo';
