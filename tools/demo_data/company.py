"""The demo company: what belongs to the database as a whole and not to an addon's demo data."""

COMPANY = {
    "name": "Công ty Cổ phần Sao Việt",
    "street": "Tầng 6, số 20 Duy Tân",
    "city": "Hà Nội",
    "phone": "0900 000 100",
    "email": "hotro@saoviet.example.com",
    "website": "https://saoviet.example.com",
}
MAIL_DOMAIN = "saoviet.example.com"
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE = "vi_VN"
#: Labels of the fields of ticket types; Odoo keeps them in one language.
FIELD_LABELS = {"Version": "Phiên bản", "Operating System": "Hệ điều hành"}


def has_demo_people(env) -> bool:
    """Whether the demo data of the tickets is installed."""
    return bool(env.ref("caredesk_ticket.user_lan", raise_if_not_found=False))


def set_up(env) -> None:
    """Name the company, give its groups a mail domain and its people their language."""
    company = env.ref("base.main_company")
    values = dict(COMPANY, country_id=env.ref("base.vn").id, state_id=False)
    if "iap_enrich_auto_done" in company._fields:
        # Odoo would look the made-up domain up at an outside service.
        values["iap_enrich_auto_done"] = True
    company.write(values)
    if not company.alias_domain_id:
        domain = env["mail.alias.domain"].search([("name", "=", MAIL_DOMAIN)])
        company.alias_domain_id = domain or domain.create({"name": MAIL_DOMAIN})
    groups = env["caredesk.support.group"].search([("alias_id.alias_domain_id", "=", False)])
    groups.alias_id.alias_domain_id = company.alias_domain_id
    env.ref("base.user_admin").tz = TIME_ZONE
    if _speaks_its_language(env):
        _demo_partners(env).lang = LANGUAGE
        _label_fields(env.ref("caredesk_ticket.ticket_type_bug"))


def in_its_language(env):
    """Return ``env`` as people of the company work in it, if their language is installed.

    What is written into histories (states, first lines) is in the language of who did it.
    """
    return env(context=dict(env.context, lang=LANGUAGE)) if _speaks_its_language(env) else env


def _speaks_its_language(env) -> bool:
    return bool(env["res.lang"].search_count([("code", "=", LANGUAGE)]))


def _label_fields(ticket_type) -> None:
    definitions = ticket_type.properties_definition
    ticket_type.properties_definition = [
        {**definition, "string": FIELD_LABELS.get(definition["string"], definition["string"])}
        for definition in definitions
    ]


def _demo_partners(env):
    data = env["ir.model.data"].search(
        [("module", "=", "caredesk_ticket"), ("model", "=", "res.partner")]
    )
    return env["res.partner"].browse(data.mapped("res_id"))
