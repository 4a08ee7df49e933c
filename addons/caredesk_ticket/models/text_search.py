"""What models have in common that keep a folded text to be found by, see ``searchable``."""

from odoo.fields import Domain
from odoo.tools import SQL, escape_psql

from ..domain.search_text import word_regex


def domain_of_queries(operator, value, domain_of_query):
    """Return the domain of a search field into which people type; any of the queries fits.

    :param domain_of_query: called with each query that is not empty, returns its domain
    :return: ``NotImplemented`` for an operator nobody types with
    """
    if operator not in ("ilike", "in", "="):
        return NotImplemented
    queries = [value] if isinstance(value, str) else list(value)
    return Domain.OR(domain_of_query(query) for query in queries if query)


def domain_of_term(term):
    """Return the domain of a folded term on ``search_text``.

    Not by ``ilike``: the text has neither accents nor capitals left, and taking them off
    once more, row by row, would cost several times what the search itself does.
    """
    regex, pattern = word_regex(term), f"%{escape_psql(term)}%"

    def to_sql(model, alias, query):
        text = model._field_to_sql(alias, "search_text", query)
        return SQL("%s ~ %s", text, regex) if regex else SQL("%s LIKE %s", text, pattern)

    return Domain.custom(to_sql=to_sql)
