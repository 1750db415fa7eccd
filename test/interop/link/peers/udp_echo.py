"""Sends every datagram back to where it came from."""

import socket
import sys

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
print("ready")
while True:
    data, address = server.recvfrom(2048)
    server.sendto(data, address)
