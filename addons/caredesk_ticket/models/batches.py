"""What scheduled actions do with records that are flagged for them: a batch at a time."""

from .conflicts import is_waited_for, stand_aside

#: Records dealt with before the scheduled action commits.
BATCH = 50


def work_off(model, domain, tell, mark, order="id"):
    """Deal with a batch of the records that fit ``domain``, and mark it as dealt with.

    Records somebody else is changing are left for the next time; one that fails is logged and
    does not stop the others.

    :param model: empty recordset that may search and change them
    :param tell: called with each record
    :param mark: called with the batch, changes it such that it no longer fits ``domain``
    :return: how many were dealt with, and how many (at most a batch) are left to be begun at once
    """
    batch = model.search(domain, limit=BATCH, order=order).try_lock_for_update()
    model.env["caredesk.ticket"]._tell_each(batch, tell)
    mark(batch)
    model.env.flush_all()
    left = model.search_count(domain, limit=BATCH)
    if left and (not batch or is_waited_for(model.env)):
        # People who change many of them at once go first.
        stand_aside(model.env)
        left = 0
    return len(batch), left
