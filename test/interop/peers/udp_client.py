"""UDP uppercase, the client, with the lecture's calls. Arguments: host port."""
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in host else socket.AF_INET

client_socket = socket.socket(family, socket.SOCK_DGRAM)
sentence = input("Input lowercase sentence:")
client_socket.sendto(sentence.encode(), (host, port))
answer, server_address = client_socket.recvfrom(2048)
print(answer.decode())
client_socket.close()
