"""Customers as the API tells of them: profile, list, tags, conversation; and templates."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from .account_api import for_account
from .wire import Request, Response, as_json, failure, success
from .world import Account, Message, Person, World

VIETNAM = timezone(timedelta(hours=7))
USERS_PER_PAGE = 50
MESSAGES_PER_PAGE = 10
LAST_OFFSET = 9951


@for_account
def detail(world: World, account: Account, request: Request) -> Response:
    """Tell who a customer is."""
    person = world.person(account.oa_id, str(request.data().get("user_id", "")))
    if person is None:
        return failure(-213, "User has not followed OA")
    return success(_profile(world, account, person))


@for_account
def listing(world: World, account: Account, request: Request) -> Response:
    """List the ids of customers, fifty at most, the last of about ten thousand."""
    data = request.data()
    offset, count = int(data.get("offset", 0)), int(data.get("count", 15))
    if offset > LAST_OFFSET or not 0 < count <= USERS_PER_PAGE:
        return failure(-210, "Parameter exceeds allowable limit")
    people = [person for person in world.people.values() if person.oa_id == account.oa_id]
    if "tag_name" in data:
        tagged = account.tags.get(data["tag_name"], set())
        people = [person for person in people if person.user_id in tagged]
    if "is_follower" in data:
        wanted = str(data["is_follower"]).lower() == "true"
        people = [person for person in people if person.follows == wanted]
    users = [{"user_id": person.user_id} for person in people[offset : offset + count]]
    return success({"total": len(people), "count": count, "offset": offset, "users": users})


@for_account
def update(world: World, account: Account, request: Request) -> Response:
    """Write what the account knows of a customer."""
    body = request.json()
    person = world.person(account.oa_id, str(body.get("user_id", "")))
    shared = body.get("shared_info")
    if person is None:
        return failure(-201, "user_id is invalid!")
    if isinstance(shared, dict):
        person.shared.update({key: str(value) for key, value in shared.items()})
    return success()


@for_account
def forget(world: World, account: Account, request: Request) -> Response:
    """Delete what the account stored of a customer."""
    person = world.person(account.oa_id, str(request.json().get("user_id", "")))
    if person is None:
        return failure(-201, "user_id is invalid!")
    person.shared.clear()
    return success()


@for_account
def tag(_world: World, account: Account, request: Request) -> Response:
    """Give a customer a tag or take it, by the last part of the path."""
    body = request.json()
    name, user_id = str(body.get("tag_name", "")), str(body.get("user_id", ""))
    if not name:
        return failure(-201, "tag_name is invalid!")
    action = request.path.rsplit("/", 1)[-1]
    if action == "rmtag":
        account.tags.pop(name, None)
    elif action == "tagfollower":
        account.tags.setdefault(name, set()).add(user_id)
    else:
        account.tags.get(name, set()).discard(user_id)
    return success()


@for_account
def tags(_world: World, account: Account, _request: Request) -> Response:
    """List the account's tags."""
    return success(list(account.tags))


@for_account
def conversation(world: World, account: Account, request: Request) -> Response:
    """List ten messages of a conversation, newest first."""
    data = request.data()
    user_id, offset = str(data.get("user_id", "")), int(data.get("offset", 0))
    count = int(data.get("count", MESSAGES_PER_PAGE))
    if not 0 < count <= MESSAGES_PER_PAGE:
        return failure(-210, "Parameter exceeds allowable limit")
    wanted = [m for m in world.messages if (m.oa_id, m.user_id) == (account.oa_id, user_id)]
    newest = wanted[::-1][offset : offset + count]
    return success([_in_history(message) for message in newest])


@for_account
def template_list(world: World, _account: Account, _request: Request) -> Response:
    """List the templates that may be sent."""
    keys = ("templateId", "templateName", "status", "templateQuality")
    rows = [{key: template[key] for key in keys} for template in world.templates.values()]
    return as_json(
        {"error": 0, "message": "Success", "data": rows, "metadata": {"total": len(rows)}}
    )


@for_account
def template_detail(world: World, _account: Account, request: Request) -> Response:
    """Tell all of one template."""
    template = world.templates.get(request.query.get("template_id", ""))
    return success(template) if template else failure(-109, "Template is invalid")


@for_account
def template_quota(_world: World, _account: Account, _request: Request) -> Response:
    """Tell how many templates may still be sent today."""
    return success({"dailyQuota": "500", "remainingQuota": "499"})


@for_account
def template_status(world: World, _account: Account, request: Request) -> Response:
    """Tell whether a template arrived."""
    message = world.message(request.query.get("message_id", ""))
    if message is None:
        return success({"status": -1, "message": "The message is not existed"})
    delivered = message.state != "sent"
    return success({"status": int(delivered), "delivery_time": str(message.sent_ms)})


def _profile(world: World, account: Account, person: Person) -> dict[str, Any]:
    avatar = world.avatar_url(person)
    spoke = datetime.fromtimestamp(person.spoke_at, VIETNAM) if person.spoke_at else None
    tagged = [name for name, users in account.tags.items() if person.user_id in users]
    return {
        "user_id": person.user_id,
        "user_id_by_app": person.user_id_by_app,
        "user_external_id": "",
        "display_name": person.name,
        "user_alias": person.name,
        "is_sensitive": False,
        "user_last_interaction_date": spoke.strftime("%d/%m/%Y") if spoke else "",
        "user_is_follower": person.follows,
        "avatar": avatar,
        "avatars": {"120": avatar, "240": avatar},
        "dynamic_param": "",
        "tags_and_notes_info": {"notes": [], "tag_names": tagged},
        "shared_info": {
            key: person.shared.get(key, "")
            for key in ("address", "city", "district", "phone", "name")
        },
    }


def _in_history(message: Message) -> dict[str, Any]:
    attachments = message.body.get("attachments") or [{}]
    payload = attachments[0].get("payload", {})
    by_customer = message.by == "user"
    return {
        "src": int(by_customer),
        "time": message.sent_ms,
        "type": "photo" if message.kind == "image" else message.kind,
        "message": message.body.get("text", ""),
        "message_id": message.message_id,
        "from_id": message.user_id if by_customer else message.oa_id,
        "to_id": message.oa_id if by_customer else message.user_id,
        "url": payload.get("url", ""),
        "thumb": payload.get("thumbnail", ""),
    }
