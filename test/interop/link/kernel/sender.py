"""Writes this many messages, one every this many milliseconds; 0 for all at once.

Arguments: count, milliseconds, bytes of a message. Each begins with the time of its writing;
CLOCK_MONOTONIC is the same for all processes of a machine. The congestion control is the one
that Linux has unless somebody changed it, so that figures of two machines can be compared.

Sources: tcp(7), clock_gettime(2).
"""

import os
import socket
import struct
import sys
import time

count, every, size = int(sys.argv[1]), float(sys.argv[2]) / 1000, int(sys.argv[3])


def connected():
    """The receiver may still be starting."""
    for _ in range(200):
        client = socket.socket()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            client.connect(("10.9.0.2", 5000))
            return client
        except ConnectionRefusedError:
            client.close()
            time.sleep(0.05)
    sys.exit("nobody receives")


client = connected()
control = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0")
if control != b"cubic":
    sys.exit(f"the congestion control is {control.decode()}, not cubic")
os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
start = time.monotonic()
for k in range(count):
    wait = start + k * every - time.monotonic()
    if wait > 0:
        time.sleep(wait)
    client.sendall(struct.pack(">q", time.monotonic_ns()).ljust(size, b"."))
client.close()
