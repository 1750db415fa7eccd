"""UDP uppercase, the server, with the lecture's calls. Arguments: host port."""
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in host else socket.AF_INET

server_socket = socket.socket(family, socket.SOCK_DGRAM)
server_socket.bind((host, port))
print("The server is ready to receive")

while True:
    sentence, client_address = server_socket.recvfrom(2048)
    answer = sentence.decode().upper()
    server_socket.sendto(answer.encode(), client_address)
