"""Which entry of a file is which record."""


def match(entries, records, tests):
    """Give entries the records that pass the first test that any passes; each record once.

    :param tests: functions of values and record, the strictest first
    """
    free = list(records)
    for test in tests:
        for entry in entries:
            if not entry.record:
                entry.record = next((record for record in free if test(entry.values, record)), None)
                if entry.record:
                    free.remove(entry.record)


def match_requirements(entries, before):
    """Give entries the requirements that they change least.

    :param before: ``{requirement: its values}``
    """
    match(entries, before, (
        lambda values, requirement: values == before[requirement],
        lambda values, requirement: _identify(values, strictly=True) == _identify(before[requirement], strictly=True),
        lambda values, requirement: _identify(values) == _identify(before[requirement]),
        lambda values, requirement: values['domain'] and values['domain'] == before[requirement]['domain'],
    ))
    for entry in entries:
        if entry.record:
            entry.before = before[entry.record]


def _identify(values, strictly=False):
    """Return what a requirement is about: the field that it asks for, or the name of the condition."""
    name = values['name'] and values['name']['en_US']
    about = values.get('kind'), values.get('field'), values.get('property'), name if values.get('kind') == 'domain' else None
    return (*about, values.get('teams'), values.get('condition'), values.get('company')) if strictly else about
