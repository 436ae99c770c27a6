"""The state on the host: unpacked for its owner only, compared, put in its place."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tarfile
import tempfile
import time

# What one version of the state consists of.
PARTS = ('state', 'templates', 'values.yaml')
STAGING = '.staging-'
PENDING = '.pending-'
# Left behind by a run that was killed.
OLD_SECONDS = 24 * 60 * 60


def make_home(home):
    if not os.path.isdir(home):
        os.makedirs(home, 0o700)


def make_staging(home):
    """A new folder, of root and closed to others, in which one version of the state is put together."""
    for name in os.listdir(home):
        path = os.path.join(home, name)
        if name.startswith(STAGING) and time.time() - os.lstat(path).st_mtime > OLD_SECONDS:
            shutil.rmtree(path)
    return tempfile.mkdtemp(prefix=STAGING, dir=home)


def unpack(archive, folder):
    """
    Writes the members of an archive below a new folder: folders 0700, files 0600, links as they are. Links come last, so that
    nothing is written through one; where they lead is looked at by fw.
    """
    with tarfile.open(archive, 'r:gz') as tar:
        members = tar.getmembers()
        for member in members:
            if not is_below(member.name):
                raise ValueError('%r is no path below the state' % member.name)
            if not (member.isfile() or member.isdir() or member.issym()):
                raise ValueError('%r is neither file, folder nor link' % member.name)
        for member in sorted((one for one in members if one.isdir()), key=lambda one: one.name):
            os.mkdir(os.path.join(folder, member.name), 0o700)
        for member in members:
            if member.isfile():
                write_new(os.path.join(folder, member.name), tar.extractfile(member))
        for member in members:
            if member.issym():
                os.symlink(member.linkname, os.path.join(folder, member.name))


def is_below(name):
    parts = name.split('/')
    return parts[0] in PARTS and all(part not in ('', '.', '..') for part in parts)


def write_new(path, source):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), 'wb') as target:
        shutil.copyfileobj(source, target)


def differs(home, folder):
    """Whether what is in its place at home is another version than the one in this folder."""
    return any(print_of(os.path.join(home, part)) != print_of(os.path.join(folder, part)) for part in PARTS)


def print_of(path):
    """Kind and content of everything at a path, by name; empty where there is nothing."""
    found = {}
    if not os.path.lexists(path):
        return found
    pending = [(path, '')]
    while pending:
        at, name = pending.pop()
        mode = os.lstat(at).st_mode
        if stat.S_ISLNK(mode):
            found[name] = ('link', os.readlink(at))
        elif stat.S_ISDIR(mode):
            found[name] = ('folder', '')
            pending.extend((os.path.join(at, entry), '%s/%s' % (name, entry)) for entry in os.listdir(at))
        elif stat.S_ISREG(mode):
            with open(at, 'rb') as file:
                found[name] = ('file', hashlib.sha256(file.read()).hexdigest())
        else:
            found[name] = ('other', '')
    return found


def install(home, folder):
    """Puts a version in its place; the former goes with the folder."""
    for part in PARTS:
        new, place = os.path.join(folder, part), os.path.join(home, part)
        if os.path.lexists(place):
            os.rename(place, os.path.join(folder, 'former-%s' % part))
        if os.path.lexists(new):
            os.rename(new, place)
    shutil.rmtree(folder)


def keep_pending(home, folder, journal):
    """Keeps a version until its apply is confirmed. fw lets one apply wait at a time, so other versions that wait are of no use."""
    for name in os.listdir(home):
        if name.startswith(PENDING):
            shutil.rmtree(os.path.join(home, name))
    os.rename(folder, pending_folder(home, journal))


def pending_folder(home, journal):
    return os.path.join(home, '%s%s' % (PENDING, journal))
