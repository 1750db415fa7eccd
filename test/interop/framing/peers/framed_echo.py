"""The same framing in Python, with `struct` and `socket` and nothing else.

    framed_echo.py serve          listens, prints its port, and sends each message back in
                                  upper case, until the client ends
    framed_echo.py ask PORT       sends the messages of its stdin, one for each line, ends
                                  its side, and prints what comes back
"""

import socket
import struct
import sys


def recv_exactly(connection, count):
    """None at a clean end: recv() gives what is there, so several may be needed."""
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            if data:
                raise EOFError(f"{count - len(data)} of {count} bytes were missing")
            return None
        data += part
    return data


def receive(connection):
    header = recv_exactly(connection, 4)
    if header is None:
        return None
    (length,) = struct.unpack(">I", header)
    return recv_exactly(connection, length) if length else b""


def send(connection, message):
    connection.sendall(struct.pack(">I", len(message)) + message)


def serve():
    welcoming = socket.create_server(("127.0.0.1", 0))
    print(welcoming.getsockname()[1], flush=True)
    connection, _ = welcoming.accept()
    with connection:
        while (message := receive(connection)) is not None:
            send(connection, message.upper())


def ask(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for line in sys.stdin.buffer.read().splitlines():
            send(connection, line)
        connection.shutdown(socket.SHUT_WR)
        while (message := receive(connection)) is not None:
            print(message.decode(), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        ask(int(sys.argv[2]))
