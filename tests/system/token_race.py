"""Eight processes find the same access token too old at the same moment: one renews it."""

from . import zalo_desk
from .harness import Context

#: The addons the scenarios need.
ADDONS = ["caredesk_zalo"]

PROCESSES = 8
ROUNDS, ROUNDS_SMALL = 20, 3
#: Seconds the token host thinks, so that all others come while the first one waits.
DELAY = 0.3
#: Seconds until all must have made their call.
PATIENCE = 60


def run(ctx: Context) -> dict:
    """Race in rounds and judge.

    tried: calls made; lost: processes without a token; duplicated: renewals beyond the one;
    violations: processes that got another token than the others, or errors.
    """
    rounds = ROUNDS_SMALL if ctx.small else ROUNDS
    verdict: dict[str, list[str]] = {"lost": [], "duplicated": [], "violations": []}
    with zalo_desk.open_desk(ctx) as (sandbox, desk):
        sandbox.world.switches.token_delay = DELAY
        with ctx.gates(rounds) as release:
            racers = [
                ctx.spawn("tests.system.token_race:race", desk["account"], rounds)
                for _number in range(PROCESSES)
            ]
            for number in range(rounds):
                _round(sandbox.world, racers, number, release, verdict)
            for one in racers:
                one.result()
    notes = [f"{rounds} rounds of {PROCESSES} processes, one renewal each"]
    return zalo_desk.report("token_race", rounds * PROCESSES, verdict, notes)


def _round(world, racers: list, number: int, release, verdict: dict) -> None:
    """End all access tokens, let everybody call at once, and judge."""
    _wait_for_notes(racers, number)
    spent = _spent(world)
    for token in world.access_tokens.values():
        token.until = 0
    release(number, PROCESSES)
    _wait_for_notes(racers, number + 1)
    more = _spent(world) - spent
    if more != 1:
        verdict["duplicated"].append(f"duplicated: {more} renewals in round {number}")
    answers = {str(one.notes()[number : number + 1]) for one in racers}
    if len(answers) != 1 or "error" in str(answers):
        verdict["violations"].append(f"round {number}: {sorted(answers)}")
    if "[]" in answers:
        verdict["lost"].append(f"lost: round {number}")


def _wait_for_notes(racers: list, count: int) -> None:
    zalo_desk.wait_until(lambda: all(len(one.notes()) >= count for one in racers), PATIENCE)


def _spent(world) -> int:
    return sum(token.spent for token in world.refresh_tokens.values())


# --- in a process of its own ---


def race(worker, account_id: int, rounds: int) -> None:
    """Call Zalo in every round, with a token that has ended; note which one it was made with."""
    for number in range(rounds):
        worker.gate(number)
        try:
            with worker.env() as env:
                account = env["caredesk.zalo.oa"].browse(account_id)
                account._call(lambda client: client.account.profile())
                token = account.access_token[-12:]
            worker.note(token)
        except Exception as error:  # a verdict, whatever it is
            worker.note(f"error: {error!r}")
