#: What CRM's lists of leads hold without us; with us, raw customers stand elsewhere.
LEADS = "['|', ('type','=','lead'), ('type','=',False)]"
LISTS_OF_LEADS = ("crm.crm_lead_all_leads", "crm.crm_case_form_view_salesteams_lead")


def uninstall_hook(env):
    """Leave nothing behind that nobody knows any more."""
    give_lists_back(env)
    delete_guests(env)


def give_lists_back(env):
    """Show all leads in CRM's lists again, unless somebody chose otherwise."""
    for action in filter(None, (env.ref(name, False) for name in LISTS_OF_LEADS)):
        if "is_raw" in (action.domain or ""):
            action.domain = LEADS


def delete_guests(env):
    """Delete the customers' guests: they are people of Zalo, and nobody else knows them."""
    guests = env["caredesk.zalo.contact"].search([]).guest_id
    env["discuss.channel"].search([("channel_type", "=", "zalo")]).unlink()
    env["caredesk.zalo.contact"].search([]).unlink()
    guests.unlink()
