"""A file system that shows a folder and answers with EIO when it is told to: failing-disk.py FOLDER MOUNTPOINT CONTROL

CONTROL is a file with one line: `ok`; `write N`: the first N effects work, then everything that writes fails; `all N`: then everything fails.
Effects are writes, fsyncs of files, new files and folders, renames, removals and changes of modes. Each adds its name to the file CONTROL.log.
The file is read when its time of change moves, so that a new line begins a new count.
"""
import errno
import os
import sys

import fuse

fuse.fuse_python_api = (0, 2)
FOLDER, MOUNTPOINT, CONTROL = (os.path.abspath(word) for word in sys.argv[1:4])


class Failure:
    def __init__(self):
        self.read_at = None
        self.kind, self.left = "ok", 0

    def load(self):
        changed = os.stat(CONTROL).st_mtime_ns
        if changed == self.read_at:
            return
        self.read_at = changed
        words = open(CONTROL).read().split() or ["ok"]
        self.kind, self.left = words[0], int(words[1]) if len(words) > 1 else 0

    def effect(self, name):
        self.load()
        with open(CONTROL + ".log", "a") as log:
            log.write(name + "\n")
        if self.kind == "ok":
            return
        if self.left <= 0:
            raise OSError(errno.EIO, "the disk fails")
        self.left -= 1

    def look(self):
        self.load()
        if self.kind == "all" and self.left <= 0:
            raise OSError(errno.EIO, "the disk fails")


failure = Failure()


def real(path):
    return FOLDER + path


class File:
    def __init__(self, path, flags, *mode):
        if flags & (os.O_CREAT | os.O_TRUNC):
            failure.effect("open " + path)
        else:
            failure.look()
        self.path = path
        self.fd = os.open(real(path), flags & ~os.O_NOFOLLOW, *mode)

    def read(self, length, offset):
        failure.look()
        return os.pread(self.fd, length, offset)

    def write(self, data, offset):
        failure.effect("write " + self.path)
        return os.pwrite(self.fd, data, offset)

    def fsync(self, only_data):
        failure.effect("fsync " + self.path)
        os.fsync(self.fd)

    def ftruncate(self, length):
        failure.effect("truncate " + self.path)
        os.ftruncate(self.fd, length)

    def fgetattr(self):
        failure.look()
        return os.fstat(self.fd)

    def release(self, flags):
        os.close(self.fd)


class Folder:
    def __init__(self, path):
        failure.look()
        self.path = path

    def readdir(self, offset):
        failure.look()
        for name in [".", ".."] + os.listdir(real(self.path)):
            yield fuse.Direntry(name)

    def releasedir(self):
        pass


class Disk(fuse.Fuse):
    def fsinit(self):
        print("ready", flush=True)

    def getattr(self, path):
        failure.look()
        return os.lstat(real(path))

    def readlink(self, path):
        failure.look()
        return os.readlink(real(path))

    def mkdir(self, path, mode):
        failure.effect("mkdir " + path)
        os.mkdir(real(path), mode)

    def unlink(self, path):
        failure.effect("unlink " + path)
        os.unlink(real(path))

    def rmdir(self, path):
        failure.effect("rmdir " + path)
        os.rmdir(real(path))

    def rename(self, old, new):
        failure.effect("rename " + old)
        os.rename(real(old), real(new))

    def link(self, old, new):
        failure.effect("link " + old)
        os.link(real(old), real(new))

    def symlink(self, target, path):
        failure.effect("symlink " + path)
        os.symlink(target, real(path))

    def chmod(self, path, mode):
        failure.effect("chmod " + path)
        os.chmod(real(path), mode)

    def chown(self, path, user, group):
        failure.effect("chown " + path)
        os.chown(real(path), user, group, follow_symlinks=False)

    def truncate(self, path, length):
        failure.effect("truncate " + path)
        os.truncate(real(path), length)

    def utimens(self, path, accessed, modified):
        os.utime(real(path), (accessed.tv_sec, modified.tv_sec))

    def statfs(self):
        return os.statvfs(FOLDER)


disk = Disk(dash_s_do="setsingle")
disk.file_class = File
disk.dir_class = Folder
disk.parse(["failing-disk", "-f", "-s", "-o", "nonempty,attr_timeout=0,entry_timeout=0,default_permissions", MOUNTPOINT])
disk.main()
