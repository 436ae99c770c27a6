"""at-terminal.py COLUMNS ROWS TEXT KEYS PROGRAM ...: runs a program at a terminal of that size, types KEYS once it has shown TEXT, and ends as it did."""

import fcntl
import os
import pty
import struct
import sys
import termios

columns, rows, text, keys = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode(), sys.argv[4]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(sys.argv[5], sys.argv[5:])
shown = b""
while True:
    try:
        more = os.read(terminal, 65536)
    except OSError:
        break
    if not more:
        break
    shown += more
    if keys and text in shown:
        os.write(terminal, keys.encode())
        keys = ""
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
