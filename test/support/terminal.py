"""Runs a command in a pseudo-terminal this many columns wide: our input is typed there, what it
shows is our output.

Arguments: columns command [argument ...]. Ends with the command's own exit status.
"""
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading

columns, command = int(sys.argv[1]), sys.argv[2:]
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
child = subprocess.Popen(
    command,
    stdin=theirs,
    stdout=theirs,
    stderr=theirs,
    start_new_session=True,
    # Its own terminal, whose keys are signals: Ctrl-C, Ctrl-Z.
    preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
)
os.close(theirs)


def type_along():
    while data := os.read(0, 1024):
        os.write(ours, data)


threading.Thread(target=type_along, daemon=True).start()
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
