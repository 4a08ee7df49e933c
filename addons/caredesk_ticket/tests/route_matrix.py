"""What the tests share that try every address of an addon as every kind of person."""

import importlib
import json

from odoo import http

from .portal_common import PortalCase

#: In the order of the columns of a matrix.
ROLES = (
    "public",
    "portal A",
    "portal B",
    "agent of another group",
    "agent of another company",
    "manager",
)
#: The answer to a JSON call that is an error, whatever its kind.
DENIED = "denied"
#: How an address that is for people with a login answers visitors: it leads to the login.
LOGIN = 303


def users_only(status=200):
    """Return the row of an address that everybody with a login gets ``status`` from."""
    return (LOGIN, *(status,) * 5)


def addon_routes(env):
    """Return ``{addon: {(verb, rule)}}`` of the addresses that CareDesk's addons serve.

    The verb is GET, POST or JSON. Addresses of Odoo that an addon extends are its too.
    """
    routes = {}
    for rule in env["ir.http"].routing_map().iter_rules():
        package = rule.endpoint.func.__module__.split(".")
        if package[:2] != ["odoo", "addons"] or not package[2].startswith("caredesk_"):
            continue
        verbs = (rule.methods or {"GET", "POST"}) & {"GET", "POST"}
        if rule.endpoint.routing["type"] == "jsonrpc":
            verbs = {"JSON"}
        routes.setdefault(package[2], set()).update((verb, rule.rule) for verb in verbs)
    return routes


class RouteMatrixCase(PortalCase):
    """Base of the matrices: one row an address, one column a role.

    A subclass names its ``ADDON`` and fills ``MATRIX``: ``(verb, rule) -> (path, statuses)``,
    or ``(path, statuses, body)``. ``path`` may hold names of :meth:`_names`. ``statuses`` is
    one for all roles, or one for each of ``ROLES``; ``DENIED`` for JSON. ``body`` are the fields
    of a form, the parameters of a JSON call, or bytes.
    """

    ADDON = ""
    MATRIX = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("quan", "manager")
        dung = cls._user("dung")
        cls._group("Development", dung)
        company = cls._company("Second")
        second = cls._user("second", company_id=company.id, company_ids=[(6, 0, company.ids)])
        cls.people = dict(
            zip(ROLES, (None, cls.oanh, cls.yen, dung, second, cls.manager), strict=True)
        )

    def _names(self):
        """Return what the paths of the matrix are filled in with."""
        return {}

    def _assert_complete(self):
        """Every address of the addon has a row, and every row an address."""
        routes = addon_routes(self.env).get(self.ADDON, set())
        self.assertEqual(routes, set(self.MATRIX), "a route without row, or a row without route")

    def _assert_matrix(self):
        """Every role gets from every address what its row says."""
        names = self._names()
        for column, role in enumerate(ROLES):
            self._log_in(self.people[role])
            for (verb, rule), (path, statuses, *body) in self.MATRIX.items():
                wanted = statuses[column] if isinstance(statuses, tuple) else statuses
                with self.subTest(role=role, verb=verb, rule=rule):
                    answer = self._call(verb, path.format(**names), *body)
                    self.assertEqual(answer, wanted)

    def _call(self, verb, path, body=None):
        """Ask for an address as a browser does; return the status."""
        if verb == "JSON":
            answer = self.url_open(
                path,
                data=json.dumps({"jsonrpc": "2.0", "params": body or {}}),
                headers={"Content-Type": "application/json"},
            )
            return DENIED if "error" in answer.json() else answer.status_code
        if verb == "POST" and not isinstance(body, bytes):
            body = {"csrf_token": http.Request.csrf_token(self), **(body or {})}
        answer = self.url_open(path, data=body, method=verb, allow_redirects=False)
        self.env.invalidate_all()
        return answer.status_code


def matrix_of(addon):
    """Return the matrix that an addon's tests hold; None where it has none."""
    try:
        tests = importlib.import_module(f"odoo.addons.{addon}.tests.test_route_matrix")
    except ModuleNotFoundError:
        return None
    return tests.TestRouteMatrix.MATRIX
