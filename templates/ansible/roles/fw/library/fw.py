#!/usr/bin/python
"""The part of the task `fw` that runs on the host. The part on the controller is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: fw
short_description: Bring the firewall of a host to its state, or leave it as it was
description:
  - Copies the state to the host and runs C(fw apply) there, which waits to be confirmed. The controller then makes a new connection and confirms
    over it. If that cannot be done the host rolls itself back, and the task fails once the host is back.
  - In check mode C(fw plan) runs instead and nothing is written; with C(--diff) the plan is shown.
  - Other settings of fw are given by the keyword C(environment), such as C(FW_TIMEOUT).
options:
  state:
    description: Folder with the state, on the controller. A relative path begins in the folder of the playbook. Files of the folder C(templates) next to it go along.
    type: path
    required: true
  state_name:
    description: Name under which the host knows the state, whose files lie in another folder in each run. Empty where a document of the state says C(state).
    type: str
    default: firewall
  confirm:
    description: How long the host waits for the new connection, such as C(2m).
    type: str
    required: true
  values:
    description: Values for the state, above those of its documents; each a text or a list of texts.
    type: dict
    default: {}
  allow:
    description: Guards to open.
    type: list
    elements: str
    choices: [empty, lockout, mass-removal, removal-in-use, foreign-removal, unrehearsed, exposure, failing-tests]
    default: []
  lock_timeout:
    description: How long to wait for another fw on the host.
    type: str
    default: 30s
  return_timeout:
    description: How long to wait, when the time to confirm is over, for a host to come back from rules that cut it off.
    type: str
    default: 90s
  program:
    description: The program fw on the host.
    type: str
    default: fw
  home:
    description: Folder on the host that keeps the state of the last apply that was confirmed.
    type: path
    default: /etc/fw
  data_dir:
    description: Folder on the host for journal and generations.
    type: path
    default: /var/lib/fw
  step:
    description: Set by the part on the controller.
    type: str
    choices: [apply, confirm, look]
  archive:
    description: Set by the part on the controller.
    type: path
  journal:
    description: Set by the part on the controller.
    type: str
  not_over:
    description: Set by the part on the controller.
    type: str
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
"""

EXAMPLES = r"""
- name: Bring the firewall to its state
  fw:
    state: state
    confirm: 2m
    values:
      management: [198.51.100.0/24, 2001:db8::/48]
"""

RETURN = r"""
msg: {description: "What was done. After a failure: what failed, where, the state of the firewall, what to do next.", type: str, returned: always}
code: {description: Code of the error as in the page of errors of fw; C(unconfirmed) when no new connection could confirm., type: str, returned: failed}
firewall: {description: State of the firewall, type: str, returned: always}
next: {description: What to do next, type: str, returned: failed}
exit_code: {description: Exit number of fw, type: int, returned: always}
rules_changed: {description: Whether rules changed, or would. C(changed) is true as well when only the text of the state did., type: bool, returned: always}
summary: {description: Numbers of the plan, type: dict, returned: always}
transition: {description: "Digests before and after; equal for all hosts that go the same way", type: dict, returned: changed}
generation: {description: The generation in force, type: int, returned: success}
guards: {description: Guards that are closed, with their evidence, type: list, returned: always}
diagnostics: {description: Errors and warnings with their places in the state, type: list, returned: always}
"""

import json
import os
import re
import shutil
import tempfile
from datetime import datetime, timezone

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.fw_files import (
    differs, install, keep_pending, make_home, make_staging, pending_folder, unpack,
)
from ansible.module_utils.fw_outcome import diagnostic_text, guard_text, outcome_of, plan_text, read_events

JOURNAL = re.compile(r'[0-9]{8}T[0-9]{9}Z-[0-9]+')
GUARDS = ['empty', 'lockout', 'mass-removal', 'removal-in-use', 'foreign-removal', 'unrehearsed', 'exposure', 'failing-tests']
MOST_ANCESTORS = 32


def main():
    module = AnsibleModule(
        argument_spec={
            'state': {'type': 'path'},
            'state_name': {'type': 'str', 'default': 'firewall'},
            'confirm': {'type': 'str'},
            'values': {'type': 'dict', 'default': {}},
            'allow': {'type': 'list', 'elements': 'str', 'choices': GUARDS, 'default': []},
            'lock_timeout': {'type': 'str', 'default': '30s'},
            'return_timeout': {'type': 'str', 'default': '90s'},
            'program': {'type': 'str', 'default': 'fw'},
            'home': {'type': 'path', 'default': '/etc/fw'},
            'data_dir': {'type': 'path', 'default': '/var/lib/fw'},
            'step': {'type': 'str', 'choices': ['apply', 'confirm', 'look']},
            'archive': {'type': 'path'},
            'journal': {'type': 'str'},
            'not_over': {'type': 'str'},
        },
        required_if=[('step', 'apply', ['archive', 'confirm']), ('step', 'confirm', ['journal'])],
        supports_check_mode=True,
    )
    for folder in ('home', 'data_dir'):
        if not os.path.isabs(module.params[folder]):
            module.fail_json(msg='%s must be an absolute path, this is %r' % (folder, module.params[folder]))
    journal = module.params['journal']
    if journal is not None and not JOURNAL.fullmatch(journal):
        module.fail_json(msg='%r is no id of an apply' % journal)
    steps = {'apply': plan if module.check_mode else apply, 'confirm': confirm, 'look': look}
    if module.params['step'] is None:
        module.fail_json(msg='the action plugin fw is not beside this module, and without it nobody confirms the apply')
    steps[module.params['step']](module)


def plan(module):
    folder = tempfile.mkdtemp(prefix='fw-')
    try:
        fields = run(module, folder, ['plan', '--detailed-exitcode'])
        fields['rules_changed'] = fields['changed']
        if not fields.get('failed'):
            fields['changed'] = fields['changed'] or differs(module.params['home'], folder)
    finally:
        shutil.rmtree(folder)
    for guard in fields.get('guards') or []:
        module.warn('The apply would stop here. %s' % guard_text(guard))
    end(module, fields)


def apply(module):
    home = module.params['home']
    make_home(home)
    folder = make_staging(home)
    try:
        options = ['--auto-approve', '--confirm', module.params['confirm'], '--lock-timeout', module.params['lock_timeout']]
        fields = run(module, folder, ['apply'] + options + allowed(module))
        fields['rules_changed'] = fields['changed']
        if not fields.get('failed') and 'pending' not in fields:
            fields['changed'] = fields['changed'] or differs(home, folder)
            install(home, folder)
        elif not fields.get('failed'):
            keep_pending(home, folder, fields['pending']['id'])
            fields['pending']['seconds_left'] = seconds_until(fields['pending']['deadline'])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    fields['connection'] = connection()
    end(module, fields)


def confirm(module):
    """Keeps the apply, if this connection is another one than that which applied."""
    home, journal, own = module.params['home'], module.params['journal'], connection()
    if own is not None and own == module.params['not_over']:
        module.fail_json(
            code='connection-reused',
            msg='the connection that applied was used again (%s), which proves nothing: not confirmed' % own,
        )
    ran, stdout, stderr = call(module, ['confirm', journal, '--json', '--data-dir', module.params['data_dir']])
    result = next((event for event in reversed(read_events(stdout)) if event.get('type') == 'result'), {})
    if ran != 0:
        error = result.get('error') or {'code': None, 'message': stderr.strip() or 'fw confirm ended with %s' % ran}
        module.fail_json(code=error['code'], msg=error['message'], exit_code=ran)
    place(home, journal)
    module.exit_json(changed=True, generation=result.get('generation'), connection=own)


def look(module):
    """
    How the apply of this id, or any, stands: `kept`, `pending`, `busy` (somebody is at work), `unfinished` (neither here nor there),
    or `gone`: rolled back, or never made.
    """
    data = ['--json', '--data-dir', module.params['data_dir']]
    journal = module.params['journal']
    status = json.loads(ask(module, ['status'] + data))
    generation = (status['generation'] or {}).get('number')

    def concerns(run):
        return journal is None or run['id'] == journal

    if status['holder'] is not None:
        stands = 'busy'
    elif any(concerns(run) for run in status['pending']):
        stands = 'pending'
    elif any(concerns(run) for run in status['unfinished']):
        stands = 'unfinished'
    elif journal is not None and is_kept(journal, read_events(ask(module, ['history'] + data))):
        stands = 'kept'
        place(module.params['home'], journal)
    else:
        stands = 'gone'
        if journal is not None:
            shutil.rmtree(pending_folder(module.params['home'], journal), ignore_errors=True)
    module.exit_json(changed=False, stands=stands, generation=generation)


def is_kept(journal, history):
    """Whether the apply became a generation; the history tells of those that were rolled back as well."""
    return any(one.get('type') == 'generation' and one.get('journal') == journal for one in history)


def seconds_until(deadline):
    """Told as seconds, because the clock of the controller may be another one."""
    at = datetime.strptime(deadline, '%Y-%m-%dT%H:%M:%S.%fZ').replace(tzinfo=timezone.utc)
    return (at - datetime.now(timezone.utc)).total_seconds()


def place(home, journal):
    """Once: where an answer was lost the second one finds it done."""
    folder = pending_folder(home, journal)
    if os.path.isdir(folder):
        install(home, folder)


def run(module, folder, words):
    """Unpacks the state into a folder of its own and runs fw there; the paths in its messages are those of the controller, then."""
    unpack(module.params['archive'], folder)
    if module.params['values']:
        with open(os.path.join(folder, 'values.yaml'), 'w', encoding='utf-8', opener=private) as file:
            json.dump(texts_of(module, module.params['values']), file, sort_keys=True, indent=2)
        words = words + ['--var-file', 'values.yaml']
    if module.params['state_name']:
        words = words + ['--state-name', module.params['state_name']]
    stream = os.path.join(folder, 'stream.jsonl')
    paths = ['--chdir', folder, '--state', 'state', '--data-dir', module.params['data_dir'], '--json-out', 'stream.jsonl']
    ran, stdout, stderr = call(module, words + paths + ['--no-color'])
    text = ''
    if os.path.exists(stream):
        with open(stream, encoding='utf-8', errors='replace') as file:
            text = file.read()
        os.unlink(stream)
    fields = outcome_of(read_events(text), ran, stderr, allowed(module))
    for diagnostic in fields.get('diagnostics') or []:
        # The folder is another one in each run, and the name says which state it is.
        is_moved = diagnostic['code'] == 'state.moved' and bool(module.params['state_name'])
        if diagnostic['severity'] != 'error' and not is_moved:
            module.warn(diagnostic_text(diagnostic))
    shown = plan_text(stdout)
    if module._diff and shown.strip() and (fields['changed'] or fields.get('failed')):
        fields['diff'] = {'prepared': shown}
    return fields


def allowed(module):
    return ['--allow-%s' % guard for guard in module.params['allow']]


def private(path, flags):
    return os.open(path, flags | os.O_EXCL | os.O_NOFOLLOW, 0o600)


def texts_of(module, values):
    """JSON is YAML. A number of the inventory is meant as the text that stands there."""

    def text(name, value):
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            module.fail_json(msg='the value %r is neither a text nor a list of texts' % name)
        return str(value)

    return {
        name: [text(name, one) for one in value] if isinstance(value, list) else text(name, value)
        for name, value in values.items()
    }


def ask(module, words):
    ran, stdout, stderr = call(module, words)
    if ran != 0:
        module.fail_json(code=None, msg='fw %s ended with %s: %s' % (words[0], ran, stderr.strip() or stdout.strip()))
    return stdout


def call(module, words):
    program = module.params['program']
    if '/' not in program:
        program = module.get_bin_path(program, required=False)
        if program is None:
            module.fail_json(msg='there is no program %s on the host: install fw, or name it with `program`' % module.params['program'])
    # Without this option a `$` in a word would be read as an environment variable.
    return module.run_command([program] + words, expand_user_and_vars=False, errors='surrogateescape')


def connection():
    """
    SSH_CONNECTION of the session that this runs in: address and port of both ends, so no two connections have the same. sudo takes it
    out of the environment, so processes above are looked at.
    """
    if 'SSH_CONNECTION' in os.environ:
        return os.environ['SSH_CONNECTION']
    pid = os.getppid()
    for _ in range(MOST_ANCESTORS):
        if pid <= 1:
            break
        for entry in read_bytes('/proc/%d/environ' % pid).split(b'\0'):
            if entry.startswith(b'SSH_CONNECTION='):
                return entry.split(b'=', 1)[1].decode('ascii', 'replace')
        parent = re.search(rb'^PPid:\s*(\d+)$', read_bytes('/proc/%d/status' % pid), re.M)
        pid = int(parent.group(1)) if parent else 0
    return None


def read_bytes(path):
    try:
        with open(path, 'rb') as file:
            return file.read()
    except OSError:
        return b''


def end(module, fields):
    if fields.get('failed'):
        del fields['failed']
        module.fail_json(**fields)
    module.exit_json(**fields)


if __name__ == '__main__':
    main()
