"""Runs a command in a pseudo-terminal so many columns wide, and passes its output on.

Arguments: columns command [argument ...]. Ends with the command's own exit status.
"""
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

columns, command = int(sys.argv[1]), sys.argv[2:]
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
child = subprocess.Popen(
    command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
)
os.close(theirs)
while True:
    try:
        data = os.read(ours, 65536)
    except OSError:  # Linux reports the other end's closing as an error (EIO)
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
sys.exit(child.wait())
