"""Who calls: the token, its proof, the count of calls; and the calls about the account itself."""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Callable

from .wire import Request, Response, failure, success
from .world import Account, World

Handler = Callable[[World, Account, Request], Response]


def for_account(handler: Handler) -> Callable[[World, Request], Response]:
    """Let a handler be called by who shows a token that counts, and not too often."""

    @functools.wraps(handler)
    def checked(world: World, request: Request) -> Response:
        with world.lock:
            access = request.headers.get("access_token", "")
            token = world.access_tokens.get(access)
            if token is None:
                return failure(-216, "Access token is invalid")
            if token.until <= world.clock():
                return failure(-220, "access_token is expired or removed")
            app = world.apps[token.app_id]
            proof = hmac.new(app.secret.encode(), access.encode(), hashlib.sha256).hexdigest()
            if app.demands_proof and request.headers.get("appsecret_proof") != proof:
                return failure(-242, "Invalid appsecret_proof")
            remain = _count(world, app.app_id)
            response = (
                failure(-32, "Your application reached limit call api")
                if remain < 0
                else handler(world, world.accounts[token.oa_id], request)
            )
        response.headers["X-RateLimit-Limit"] = str(world.switches.calls_per_minute)
        response.headers["X-RateLimit-Remain"] = str(max(remain, 0))
        return response

    return checked


def _count(world: World, app_id: str) -> int:
    """Count a call and return how many are left this minute, less than 0 for none."""
    limit, now = world.switches.calls_per_minute, world.clock()
    if not limit:
        return 1
    calls = [moment for moment in world.calls.get(app_id, ()) if moment > now - 60]
    if len(calls) < limit:
        calls.append(now)
        world.calls[app_id] = calls
        return limit - len(calls)
    world.calls[app_id] = calls
    return -1


@for_account
def profile(world: World, account: Account, _request: Request) -> Response:
    """Tell who the account is."""
    followers = [person for person in world.people.values() if person.oa_id == account.oa_id]
    return success(
        {
            "oaid": account.oa_id,
            "name": account.name,
            "description": "",
            "is_verified": account.verified,
            "oa_type": 2,
            "num_follower": sum(person.follows for person in followers),
            "avatar": "",
            "cover": "",
            "package_name": "Nâng cao",
        }
    )


@for_account
def quota(world: World, account: Account, request: Request) -> Response:
    """Tell when a customer last interacted, or what is left of the package."""
    asked = request.json()
    if "quota_owner" in asked:
        kind = {"product_type": asked.get("product_type"), "quota_type": asked.get("quota_type")}
        return success([{"asset_id": "1", **kind, "total": "2000", "remain": "1987"}])
    person = world.person(account.oa_id, str(asked.get("user_id", "")))
    if person is None:
        return failure(-201, "user_id is invalid!")
    moment = str(int(person.spoke_at * 1000)) if person.spoke_at else ""
    return success({"last_interaction": moment, "promotion": {"daily_remain": 1, "daily_total": 1}})
