"""Notes when each message was written and could be read, and prints both as JSON, in
milliseconds since the first was written. Argument: bytes of a message, which begins with the
time of its writing.

Sources: tcp(7), clock_gettime(2).
"""

import json
import os
import socket
import struct
import sys
import time

size = int(sys.argv[1])
times = []
start = None
rest = b""
with socket.create_server(("10.9.0.2", 5000)) as welcoming:
    connection, _ = welcoming.accept()
os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
while chunk := connection.recv(65536):
    now = time.monotonic_ns()
    rest += chunk
    whole = len(rest) - len(rest) % size
    for at in range(0, whole, size):
        (written,) = struct.unpack_from(">q", rest, at)
        start = written if start is None else start
        times.append([(written - start) / 1e6, (now - start) / 1e6])
    rest = rest[whole:]
print(json.dumps(times), flush=True)
