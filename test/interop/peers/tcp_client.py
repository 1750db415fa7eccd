"""TCP uppercase, the client, with the lecture's calls. Arguments: host port."""
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in host else socket.AF_INET

client_socket = socket.socket(family, socket.SOCK_STREAM)
client_socket.connect((host, port))
sentence = input("Input lowercase sentence:")
client_socket.send(sentence.encode())
answer = client_socket.recv(1024)
print("From Server:", answer.decode())
client_socket.close()
