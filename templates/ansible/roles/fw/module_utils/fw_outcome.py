"""What a run of fw tells a playbook. Pure: from the lines of --json-out to the fields of a result."""

from __future__ import annotations

import json

GUARD_FLAG = '--allow-'


def read_events(text):
    """The lines of a stream. A last line that a dying fw did not finish is left out."""
    events = []
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            events.append(event)
    return events


def outcome_of(events, exit_code, stderr, allowed=()):
    """
    The fields of a result: `msg`, `changed`, `firewall`, `exit_code`, `summary`, `transition`, `generation`, `pending`, `diagnostics`, and
    `guards`, without those whose flags are `allowed`; for a run that failed also `failed`, `code`, `next`, `said`. What fw does not say is left out.
    """
    result = next((event for event in reversed(events) if event.get('type') == 'result'), None)
    if result is None:
        return died(exit_code, stderr)
    error = result.get('error')
    guards = [event['guard'] for event in events if event.get('type') == 'guard' and event['guard']['flag'] not in allowed]
    # A guard, and the error that ends a run, are among the diagnostics once more.
    told = {guard['id'] for guard in guards} | ({error['code']} if error else set())
    diagnostics = [event['diagnostic'] for event in events if event.get('type') == 'diagnostic' and event['diagnostic']['code'] not in told]
    keys = ('firewall', 'exit_code', 'summary', 'transition', 'generation', 'pending')
    fields = {key: result[key] for key in keys if result.get(key) is not None}
    fields.update(changed=bool(result.get('changed')), guards=guards, diagnostics=diagnostics)
    if error is None:
        fields['msg'] = summary_text(result)
        return fields
    fields.update(failed=True, changed=False, code=error['code'], next=error['next'])
    if error.get('said'):
        fields['said'] = error['said']
    fields['msg'] = '\n'.join(
        ['%s [%s]' % (error['message'], error['code'])]
        + [diagnostic_text(diagnostic) for diagnostic in diagnostics]
        + [guard_text(guard) for guard in guards]
        + ([error['said'].rstrip()] if error.get('said') else [])
        + ['Firewall: %s.' % result.get('firewall'), 'Next: %s' % error['next']]
    )
    return fields


def died(exit_code, stderr):
    """fw ended without its last line: a signal, a machine out of memory, a program that is no fw."""
    return {
        'failed': True,
        'changed': False,
        'code': None,
        'exit_code': exit_code,
        'firewall': None,
        'next': 'See fw status on the host; fw recover brings an apply back that died half-way.',
        'msg': '\n'.join(
            ['fw ended with %s and did not say how' % exit_code]
            + ([stderr.rstrip()] if stderr.strip() else [])
            + [
                'Firewall: not known. An apply that died is brought back by its watchdog.',
                'Next: See fw status on the host; fw recover brings an apply back that died half-way.',
            ]
        ),
    }


def summary_text(result):
    summary = result.get('summary') or {}
    if not result.get('changed'):
        return 'No changes'
    words = [('add', 'to add'), ('change', 'to change'), ('move', 'to move'), ('remove', 'to remove'), ('policies', 'policies')]
    parts = ['%s %s' % (summary.get(key, 0), word) for key, word in words if summary.get(key)]
    chains = summary.get('chains_added', 0) + summary.get('chains_removed', 0)
    sets = sum(summary.get(key, 0) for key in ('sets_added', 'sets_changed', 'sets_removed'))
    entries = (sets, summary.get('entries_added', 0), summary.get('entries_removed', 0))
    return ', '.join(parts + (['%s chains' % chains] if chains else []) + (['%s sets (+%s -%s entries)' % entries] if sets else []))


def diagnostic_text(diagnostic):
    where = diagnostic.get('range') or {}
    start = where.get('start') or {}
    place = ':'.join(str(part) for part in (where.get('filename'), start.get('line'), start.get('column')) if part is not None)
    return '%s: %s' % (place, diagnostic['summary']) if place else diagnostic['summary']


def guard_text(guard):
    words = ['set', guard['set']] if guard.get('set') else [guard['table'], guard['chain']]
    place = ' '.join([guard['namespace']] + [word for word in words if word])
    allow = guard['flag'][len(GUARD_FLAG):] if guard['flag'].startswith(GUARD_FLAG) else guard['flag']
    lines = ['Guard %s: %s in %s. Opened by allow: %s' % (guard['id'], guard['message'], place, allow)]
    return '\n'.join(lines + ['  %s' % line for line in guard.get('evidence') or []])


def plan_text(stdout):
    """The plan out of what fw prints for people: without the last words of an apply."""
    ends = ('Applied: ', 'Rolled back by itself at ')
    return ''.join(line for line in stdout.splitlines(True) if not line.startswith(ends))
