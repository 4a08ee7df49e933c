def uninstall_hook(env):
    """Delete the customers' guests: they are people of Zalo, and nobody else knows them."""
    guests = env["caredesk.zalo.contact"].search([]).guest_id
    env["discuss.channel"].search([("channel_type", "=", "zalo")]).unlink()
    env["caredesk.zalo.contact"].search([]).unlink()
    guests.unlink()
