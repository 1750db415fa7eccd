"""TCP uppercase, the server, with the lecture's calls. Arguments: host port."""
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in host else socket.AF_INET

server_socket = socket.socket(family, socket.SOCK_STREAM)
# The lecture has no such line. Without it a port that another test has just used is
# refused for a minute (TIME_WAIT).
server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server_socket.bind((host, port))
server_socket.listen(1)
print("The server is ready to receive")

while True:
    connection_socket, client_address = server_socket.accept()
    sentence = connection_socket.recv(1024).decode()
    connection_socket.send(sentence.upper().encode())
    connection_socket.close()
