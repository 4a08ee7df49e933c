"""What scheduled actions do with records that are flagged for them: a batch at a time."""

#: Records dealt with before the scheduled action commits.
BATCH = 50


def work_off(model, domain, tell, mark, order="id"):
    """Deal with a batch of the records that fit ``domain``, and mark it as dealt with.

    Records somebody else is changing are left for the next time; one that fails is logged and
    does not stop the others.

    :param model: empty recordset that may search and change them
    :param tell: called with each record
    :param mark: called with the batch, changes it such that it no longer fits ``domain``
    :return: how many were dealt with, and how many (at most a batch) are left
    """
    batch = model.search(domain, limit=BATCH, order=order).try_lock_for_update()
    model.env["caredesk.ticket"]._tell_each(batch, tell)
    mark(batch)
    # Where others hold all of them there is nothing to begin at once: the next run comes soon.
    return len(batch), model.search_count(domain, limit=BATCH) if batch else 0
