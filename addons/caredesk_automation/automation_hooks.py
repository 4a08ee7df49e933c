"""What goes with the rules when the addon is uninstalled."""


def forget_automation(env):
    """Delete how far the customers' last contacts were noted: a new installation begins anew.

    The addresses that want no more messages stay: that is the customers' word, not ours.
    """
    marks = [("key", "=like", "caredesk_automation.contact_mark.%")]
    env["ir.config_parameter"].search(marks).unlink()
