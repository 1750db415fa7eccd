"""Reads a connection to its end, then sends all of it back. One connection at a time."""

import socket
import sys

welcoming = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready")
while True:
    connection, _ = welcoming.accept()
    everything = b""
    while data := connection.recv(4096):
        everything += data
    connection.sendall(everything)
    connection.close()
