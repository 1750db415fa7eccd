"""Sends the numbers 1 to N in datagrams, one every 2 ms, and prints those that come back."""

import socket
import sys
import time

port, count = int(sys.argv[1]), int(sys.argv[2])
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for k in range(1, count + 1):
    client.sendto(str(k).encode(), ("127.0.0.1", port))
    time.sleep(0.002)
client.settimeout(1)
try:
    while True:
        print(client.recv(2048).decode())
except TimeoutError:
    print("silence")
