from functools import partial
from xmlrpc.client import Binary

from odoo import api, models

from .mail_job import CONTEXT_KEY, job_of


class OtherRouteError(Exception):
    """Carries an error of another model's route past our own handling, unchanged."""


class MailThread(models.AbstractModel):
    """Odoo's mail gateway, with what tickets need on top.

    All of it applies only while a mail for a support group is being processed; mail for other
    models runs through Odoo's own code untouched.
    """

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        options = {
            "custom_values": custom_values,
            "save_original": save_original,
            "strip_attachments": strip_attachments,
            "thread_id": thread_id,
        }
        if not job_of(self.env):
            raw = message.data if isinstance(message, Binary) else message
            raw = raw.encode() if isinstance(raw, str) else bytes(raw)
            gateway = self.env["caredesk.mail.gateway"]
            if job := gateway._job_for(raw, model):
                if not job.is_trusted:
                    # Anybody may call this by RPC: his mail is taken, what he adds to it is not.
                    self = self.with_env(self.env(context={}))  # noqa: PLW0642 - no defaults of his
                    gateway = self.env["caredesk.mail.gateway"]
                    options.update(custom_values=None, thread_id=None)
                run = partial(self._caredesk_process_once, job, model, options)
                kept = {name: options[name] for name in ("save_original", "strip_attachments")}
                return gateway._process(job, run, kept)
        return super().message_process(model, message, **options)

    @api.model
    def _caredesk_process_once(self, job, model, options, source):
        """Run ``source`` through Odoo's gateway with ``job`` in the context."""
        context = {
            CONTEXT_KEY: job,
            "mail_notify_force_send": False,  # no SMTP inside this transaction
        }
        return self.with_context(**context).message_process(model, source, **options)

    @api.model
    def message_parse(self, message, save_original=False):
        values = super().message_parse(message, save_original=save_original)
        if job := job_of(self.env):
            job.tidy(values, self._Attachment)
        return values

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        if job := job_of(self.env):
            return self.env["caredesk.mail.gateway"]._judge_routes(job, message_dict, routes)
        return routes

    @api.model
    def _detect_loop_headers(self, msg_dict):
        result = super()._detect_loop_headers(msg_dict)
        job = job_of(self.env)
        if result and job:
            job.fallback_reason = "loop"
            return not job.is_forced
        return result

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """Judge our routes apart from the others', and answer no loop with another mail."""
        job = job_of(self.env)
        if not job:
            return super()._detect_loop_sender(message, message_dict, routes)
        ours = [route for route in routes if route[0] == "caredesk.ticket"]
        others = [route for route in routes if route[0] != "caredesk.ticket"]
        silent = super(MailThread, self.with_context(caredesk_no_bounce=True))
        if not job.is_forced and silent._detect_loop_sender(message, message_dict, ours):
            self.env["caredesk.mail.gateway"]._park_routes(job, ours, "loop")
            routes[:] = others
        return bool(others) and super()._detect_loop_sender(message, message_dict, others)

    def _routing_create_bounce_email(self, email_from, body_html, message, **mail_values):
        if job_of(self.env) and self.env.context.get("caredesk_no_bounce"):
            return
        super()._routing_create_bounce_email(email_from, body_html, message, **mail_values)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        job = job_of(self.env)
        if not job:
            return super()._message_route_process(message, message_dict, routes)
        ours = [route for route in routes if route[0] == "caredesk.ticket"]
        others = [route for route in routes if route[0] != "caredesk.ticket"]
        result = False
        if others:
            try:
                result = super()._message_route_process(message, dict(message_dict), others)
            except Exception as error:
                raise OtherRouteError(error) from error
            job.stored = True
        process = super()._message_route_process
        for route in ours:
            run = partial(process, message, dict(message_dict), [route])
            guarded = len(ours) + len(others) > 1
            result = self.env["caredesk.mail.gateway"]._process_route(job, route, run, guarded)
        return result


class MailAlias(models.Model):
    _inherit = "mail.alias"

    def _alias_bounce_incoming_email(self, message, message_dict, set_invalid=True):
        """Answer nothing to what a support group cannot take: the mail is parked instead.

        An automatic answer would carry the stranger's text to whatever address he claims.
        """
        job = job_of(self.env)
        if job and self.id in job.alias_ids:
            job.fallback_reason = "refused"
            return None
        return super()._alias_bounce_incoming_email(message, message_dict, set_invalid=set_invalid)
