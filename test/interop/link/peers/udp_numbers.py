"""Sends the numbers 1 to N in datagrams, one every 2 ms, and prints those that come back.

It waits for as many as are to come, and then a second for more.
"""

import socket
import sys
import time

port, count, back = (int(word) for word in sys.argv[1:4])
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for k in range(1, count + 1):
    client.sendto(str(k).encode(), ("127.0.0.1", port))
    time.sleep(0.002)
client.settimeout(180)
for _ in range(back):
    print(client.recv(2048).decode())
client.settimeout(1)
try:
    while True:
        print(client.recv(2048).decode())
except TimeoutError:
    print("silence")
