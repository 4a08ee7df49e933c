"""Eight processes find the same access token too old at the same moment: one renews it."""

from . import zalo_desk
from .harness import Context

PROCESSES = 8
ROUNDS, ROUNDS_SMALL = 20, 3
#: Seconds the token host thinks, so that all others come while the first one waits.
DELAY = 0.3


def run(ctx: Context) -> dict:
    """Race in rounds and judge.

    tried: calls made; lost: processes without a token; duplicated: renewals beyond the one;
    violations: processes that got another token than the others, or errors.
    """
    rounds = ROUNDS_SMALL if ctx.small else ROUNDS
    lost, twice, wrong = [], [], []
    with zalo_desk.open_desk(ctx) as (sandbox, desk):
        world = sandbox.world
        world.switches.token_delay = DELAY
        with ctx.gates(rounds) as release:
            racers = [
                ctx.spawn("tests.system.token_race:race", desk["account"], rounds)
                for _number in range(PROCESSES)
            ]
            for number in range(rounds):
                zalo_desk.wait_until(
                    lambda number=number: all(len(one.notes()) >= number for one in racers), 60
                )
                spent = sum(token.spent for token in world.refresh_tokens.values())
                for token in world.access_tokens.values():
                    token.until = 0
                release(number, PROCESSES)
                zalo_desk.wait_until(
                    lambda number=number: all(len(one.notes()) > number for one in racers), 60
                )
                more = sum(token.spent for token in world.refresh_tokens.values()) - spent
                twice += [f"duplicated: {more} renewals in round {number}"] if more != 1 else []
                answers = {str(one.notes()[number : number + 1]) for one in racers}
                if len(answers) != 1 or "error" in str(answers):
                    wrong.append(f"round {number}: {sorted(answers)}")
                lost += [f"lost: round {number}"] if "[]" in answers else []
            for one in racers:
                one.result()
    verdict = {"lost": lost, "duplicated": twice, "violations": wrong}
    notes = [f"{rounds} rounds of {PROCESSES} processes, one renewal each"]
    return zalo_desk.report("token_race", rounds * PROCESSES, verdict, notes)


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
