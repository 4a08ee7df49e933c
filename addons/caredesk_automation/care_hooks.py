"""What goes with the addon when it is uninstalled."""


def forget_care(env):
    """Delete the rows of balances that name care entries: without the addon nobody can read them.

    The balances on the cards stay: they are the customers'.
    """
    env.cr.execute("DELETE FROM loyalty_history WHERE order_model = 'caredesk.care.history'")
    env["ir.config_parameter"].search([("key", "=", "caredesk_automation.level_after")]).unlink()
