"""What comes from outside as a default is filled in after the values were checked."""


def without_defaults(records, names):
    """Return ``records`` without ``default_…`` of these fields in the context, but for the system.

    :param names: names of the fields that only the system sets
    """
    if records.env.su:
        return records
    barred = {f"default_{name}" for name in names}
    context = {key: value for key, value in records.env.context.items() if key not in barred}
    return records.with_env(records.env(context=context))
