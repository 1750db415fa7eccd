"""Sends N lines, ends its half, and prints the SHA-256 of all that comes back."""

import hashlib
import socket
import sys

port, count = int(sys.argv[1]), int(sys.argv[2])
client = socket.create_connection(("127.0.0.1", port))
lines = b"".join(b"line %d of many\n" % k for k in range(count))
client.sendall(lines)
client.shutdown(socket.SHUT_WR)
digest = hashlib.sha256()
while data := client.recv(4096):
    digest.update(data)
print(digest.hexdigest() == hashlib.sha256(lines).hexdigest())
