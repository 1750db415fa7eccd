"""The lecture's UDP server, for ../startup.ts: the same socket, bind, print and loop."""
import socket
import sys

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
print("The server is ready to receive", flush=True)
while True:
    message, address = server.recvfrom(2048)
    server.sendto(message.decode().upper().encode(), address)
