"""
The part of the task `fw` that runs on the controller: it packs the state, has it applied, makes a new connection and confirms over it.

One task does all of this for one host, so that a host waits for its own confirmation only, and not for the slowest one of its batch;
and so that `serial`, `max_fail_percentage` and `any_errors_fatal` see the end of it and nothing half-done.
"""

from __future__ import annotations

import os
import re
import tarfile
import tempfile
import time

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

display = Display()

OPTIONS = ('state', 'state_name', 'confirm', 'values', 'allow', 'lock_timeout', 'return_timeout', 'program', 'home', 'data_dir')
DURATION = re.compile('[1-9][0-9]{0,5}[smh]')
# The limits that fw has for a state.
MOST_BYTES = 128 * 1024 * 1024
MOST_FILES = 20_000
PAUSE_SECONDS = 1


class ActionModule(ActionBase):
    TRANSFERS_FILES = True
    _VALID_ARGS = frozenset(OPTIONS)

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        self._vars = task_vars
        try:
            archive = self._send_state(self._read_options())
            result.update(self._apply(archive))
        except AnsibleActionFail as wrong:
            result.update(failed=True, msg=str(wrong))
        finally:
            self._clean()
        return result

    def _read_options(self):
        """Refuses what would fail on the host only after something was done there; answers with the path of the state."""
        args = self._task.args
        if not args.get('state'):
            raise AnsibleActionFail('fw needs the option state: the folder with the state, on the controller')
        seconds_of(args.get('confirm', ''))
        seconds_of(args.get('lock_timeout', '30s'))
        self._patience = seconds_of(args.get('return_timeout', '90s'))
        return os.path.join(self._vars['playbook_dir'], os.path.expanduser(args['state']))

    def _send_state(self, state):
        """Packs the state into one file and puts it on the host; answers with its path there."""
        with tempfile.NamedTemporaryFile(suffix='.tar.gz') as packed:
            pack(state, packed)
            packed.flush()
            there = self._connection._shell.join_path(self._connection._shell.tmpdir, 'state.tar.gz')
            self._transfer_file(packed.name, there)
        self._fixup_perms2((self._connection._shell.tmpdir, there))
        return there

    def _apply(self, archive):
        try:
            applied = self._on_host('apply', archive=archive)
        except AnsibleConnectionFailure as lost:
            return self._lost(str(lost))
        connection = applied.pop('connection', None)
        pending = applied.pop('pending', None)
        if pending is None or applied.get('failed'):
            return applied
        return self._confirm(applied, pending['id'], connection, time.monotonic() + pending['seconds_left'])

    def _confirm(self, applied, journal, connection, until):
        """Over a new connection, tried until the time is over. Another one than that which applied: the host looks at it."""
        is_local = self._connection.transport == 'local'
        if is_local or connection is None:
            display.warning('the host cannot tell by which connection it is reached, so the confirmation proves nothing about SSH')
        why = 'fw confirm came when the time was over'
        while True:
            self._reset()
            try:
                answer = self._on_host('confirm', journal=journal, not_over=None if is_local else connection)
            except AnsibleConnectionFailure as failure:
                why = str(failure)
                if time.monotonic() >= until:
                    break
                time.sleep(PAUSE_SECONDS)
                continue
            if not answer.get('failed'):
                return confirmed(applied, answer['generation'])
            if answer.get('code') != 'apply.not-pending':
                why = answer.get('msg', '')
            break
        stands = self._wait_settled(journal, until)
        if stands.get('stands') == 'kept':
            return confirmed(applied, stands['generation'])
        return dict(unconfirmed(stands, why), **{key: applied[key] for key in ('diff', 'warnings') if key in applied})

    def _lost(self, why):
        """The connection broke while fw applied: nobody knows how far it got, so nobody confirms, and the host goes back by itself."""
        self._reset()
        stands = self._wait_settled(None, time.monotonic() + seconds_of(self._task.args['confirm']))
        return unconfirmed(stands, why, is_known=False)

    def _wait_settled(self, journal, until):
        """Waits until nothing is pending on the host any more. Without `stands` it was not reached."""
        last = {}
        while time.monotonic() < until + self._patience:
            try:
                last = self._on_host('look', journal=journal)
            except AnsibleConnectionFailure:
                self._reset()
            if last.get('stands') in ('kept', 'gone'):
                return last
            time.sleep(PAUSE_SECONDS)
        return last

    def _on_host(self, step, **more):
        given = {key: value for key, value in self._task.args.items() if key not in ('state', 'return_timeout')}
        return self._execute_module(module_name='fw', module_args=dict(given, step=step, **more), task_vars=self._vars)

    def _reset(self):
        """Ends the connection that Ansible keeps open (ControlPersist), so that the next one is new."""
        reset = getattr(self._connection, 'reset', None)
        if reset is not None:
            reset()

    def _clean(self):
        try:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        except AnsibleConnectionFailure as failure:
            display.vvv('the temporary folder stays: %s' % failure)
            # Or Ansible tries again, and shows that it cannot instead of the result.
            self._connection._shell.tmpdir = None


def pack(state, target):
    """The folder of the state as `state`, and the templates next to it, without names that begin with a dot."""
    state = os.path.normpath(state)
    if not os.path.isdir(state):
        raise AnsibleActionFail('there is no folder %s with the state on the controller' % state)
    paths = [(state, 'state')]
    for folder, folders, files in os.walk(state, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith('.'))
        at = os.path.join('state', os.path.relpath(folder, state)) if folder != state else 'state'
        names = folders + sorted(name for name in files if not name.startswith('.'))
        paths += [(os.path.join(folder, name), '%s/%s' % (at, name)) for name in names]
    beside = os.path.join(os.path.dirname(state), 'templates')
    templates = sorted(name for name in os.listdir(beside) if name.endswith('.yaml') and not name.startswith('.')) if os.path.isdir(beside) else []
    if templates:
        paths += [(beside, 'templates')] + [(os.path.join(beside, name), 'templates/%s' % name) for name in templates]
    if len(paths) > MOST_FILES:
        raise AnsibleActionFail('%s has more than %d files' % (state, MOST_FILES))
    write(paths, target)


def write(paths, target):
    size = 0
    with tarfile.open(fileobj=target, mode='w:gz', format=tarfile.PAX_FORMAT) as tar:
        for path, name in paths:
            # The folder of the state itself may be a link; what is in it is packed as it is.
            member = tar.gettarinfo(os.path.realpath(path) if name in ('state', 'templates') else path, name)
            if member is None or not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
                raise AnsibleActionFail('%s is neither file, folder nor link' % path)
            if member.issym() and os.path.isabs(member.linkname):
                raise AnsibleActionFail('%s is a link to an absolute path, which leads elsewhere on the host' % path)
            if member.islnk():
                # A second name of a file that is packed already: a file of its own on the host.
                member.type, member.size = tarfile.REGTYPE, os.stat(path).st_size
            member.uid = member.gid = member.mtime = 0
            member.uname = member.gname = ''
            size += member.size
            if size > MOST_BYTES:
                raise AnsibleActionFail('the state has more than %d MB' % (MOST_BYTES // 1024 // 1024))
            if member.isfile():
                with open(path, 'rb') as file:
                    tar.addfile(member, file)
            else:
                tar.addfile(member)


def refuse(error):
    raise AnsibleActionFail('the state cannot be read: %s' % error)


def seconds_of(duration):
    """The seconds of a length of time as fw takes it."""
    text = str(duration)
    if not DURATION.fullmatch(text):
        raise AnsibleActionFail('"%s" is not a length of time: write 90s, 5m or 1h' % text)
    return int(text[:-1]) * {'s': 1, 'm': 60, 'h': 3600}[text[-1]]


def confirmed(applied, generation):
    return dict(applied, changed=True, generation=generation, msg='%s. Confirmed over a new connection' % applied['msg'])


def unconfirmed(stands, why, is_known=True):
    """
    The fields of a result that nobody confirmed, by how the apply stands on the host now. `is_known`: that fw had applied is certain, so
    that nothing of it being left means a rollback, which fw ends only when it is verified.
    """
    how, generation = stands.get('stands'), stands.get('generation')
    firewall = 'not known'
    advice = 'See fw status on the host, by its console if need be; fw recover brings it back.'
    if how == 'gone' and is_known:
        rules = 'the rules from before any apply' if generation is None else 'generation %s' % generation
        firewall = 'rolled back and verified'
        then = 'The host rolled itself back and is reachable, with %s.' % rules
        advice = 'Correct the rules so that the controller can connect, and run again.'
    elif how == 'gone':
        then = 'The connection broke while fw applied. The host is reachable and nothing waits there: what was applied has gone back by itself.'
        advice = 'See fw status and fw.log on the host, correct the rules, and run again.'
    elif how is None:
        then = 'The host is not reachable.'
    else:
        then = 'The host is reachable, but the apply is not settled (%s).' % how
    return {
        'failed': True,
        'changed': False,
        'rules_changed': False,
        'code': 'unconfirmed',
        'firewall': firewall,
        'next': advice,
        'said': why.strip(),
        'msg': '\n'.join(['No new connection confirmed the apply. %s' % then, why.strip(), 'Firewall: %s.' % firewall, 'Next: %s' % advice]),
    }
