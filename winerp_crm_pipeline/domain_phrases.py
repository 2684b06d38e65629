"""What a condition may say of a field, in the words of the user's language."""


def get_statements(env, **said):
    """Return what a condition may say of a ``field`` and a ``value``, as a fact: ``{what it says: text}``."""
    return {
        'filled': env._("%(field)s is filled in", **said),
        'empty': env._("%(field)s is empty", **said),
        'ticked': env._("%(field)s is ticked", **said),
        'unticked': env._("%(field)s is not ticked", **said),
        'some': env._("there is an entry in %(field)s", **said),
        'none': env._("there is no entry in %(field)s", **said),
        'entry_where': env._("there is an entry in %(field)s where %(value)s", **said),
        'no_entry_where': env._("there is no entry in %(field)s where %(value)s", **said),
        'among': env._("%(value)s is in %(field)s", **said),
        'not_among': env._("%(value)s is not in %(field)s", **said),
        'equal': env._("%(field)s is %(value)s", **said),
        'unequal': env._("%(field)s is not %(value)s", **said),
        'at_least': env._("%(field)s is at least %(value)s", **said),
        'at_most': env._("%(field)s is at most %(value)s", **said),
        'more': env._("%(field)s is more than %(value)s", **said),
        'less': env._("%(field)s is less than %(value)s", **said),
        'since': env._("%(field)s is on or after %(value)s", **said),
        'until': env._("%(field)s is on or before %(value)s", **said),
        'after': env._("%(field)s is after %(value)s", **said),
        'before': env._("%(field)s is before %(value)s", **said),
        'contains': env._("%(field)s contains “%(value)s”", **said),
        'lacks': env._("%(field)s does not contain “%(value)s”", **said),
        'pattern': env._("%(field)s looks like “%(value)s”", **said),
        'unlike': env._("%(field)s does not look like “%(value)s”", **said),
        'under': env._("%(field)s belongs to %(value)s", **said),
        'above': env._("%(field)s contains %(value)s", **said),
    }


def get_demands(env, **said):
    """Return :func:`get_statements` as what must be so."""
    return {
        'filled': env._("%(field)s must be filled in", **said),
        'empty': env._("%(field)s must be empty", **said),
        'ticked': env._("%(field)s must be ticked", **said),
        'unticked': env._("%(field)s must not be ticked", **said),
        'some': env._("there must be an entry in %(field)s", **said),
        'none': env._("there must be no entry in %(field)s", **said),
        'entry_where': env._("there must be an entry in %(field)s where %(value)s", **said),
        'no_entry_where': env._("there must be no entry in %(field)s where %(value)s", **said),
        'among': env._("%(value)s must be in %(field)s", **said),
        'not_among': env._("%(value)s must not be in %(field)s", **said),
        'equal': env._("%(field)s must be %(value)s", **said),
        'unequal': env._("%(field)s must not be %(value)s", **said),
        'at_least': env._("%(field)s must be at least %(value)s", **said),
        'at_most': env._("%(field)s must be at most %(value)s", **said),
        'more': env._("%(field)s must be more than %(value)s", **said),
        'less': env._("%(field)s must be less than %(value)s", **said),
        'since': env._("%(field)s must be on or after %(value)s", **said),
        'until': env._("%(field)s must be on or before %(value)s", **said),
        'after': env._("%(field)s must be after %(value)s", **said),
        'before': env._("%(field)s must be before %(value)s", **said),
        'contains': env._("%(field)s must contain “%(value)s”", **said),
        'lacks': env._("%(field)s must not contain “%(value)s”", **said),
        'pattern': env._("%(field)s must look like “%(value)s”", **said),
        'unlike': env._("%(field)s must not look like “%(value)s”", **said),
        'under': env._("%(field)s must belong to %(value)s", **said),
        'above': env._("%(field)s must contain %(value)s", **said),
    }
