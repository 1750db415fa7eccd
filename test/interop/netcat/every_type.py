"""A peer of libzmq for each type of socket, in one process.

  python3 every_type.py IPC-FOLDER

Binds one socket of each type to a port of its own, and one more over ipc; prints a line of
JSON that says where, `ready`, and then a line of JSON for each message that it gets. REP,
ROUTER and PAIR answer what they get with `Echo` in front; PUSH sends three tasks at once; PUB
publishes three updates when it is sent a task named `publish`.
"""

import json
import sys

import zmq

context = zmq.Context()
context.set(zmq.BLOCKY, 0)
types = ["REP", "ROUTER", "DEALER", "PAIR", "PULL", "PUSH", "PUB", "SUB", "REQ"]
sockets = {}
where = {}
for name in types:
    socket = sockets[name] = context.socket(getattr(zmq, name))
    if name == "SUB":
        socket.setsockopt(zmq.SUBSCRIBE, b"1")
    if name == "DEALER":
        socket.setsockopt(zmq.IDENTITY, b"dee")
    port = socket.bind_to_random_port("tcp://127.0.0.1")
    where[name] = "tcp://127.0.0.1:%d" % port
    if len(sys.argv) > 1:
        path = "ipc://%s/%s" % (sys.argv[1], name)
        socket.bind(path)
        where["ipc " + name] = path
print(json.dumps(where), flush=True)

poller = zmq.Poller()
for name in types:
    if name not in ("PUB", "PUSH", "REQ"):
        poller.register(sockets[name], zmq.POLLIN)
poller.register(sockets["PUSH"], zmq.POLLOUT)
poller.register(sockets["REQ"], zmq.POLLOUT)
names = {socket: name for name, socket in sockets.items()}

while True:
    for socket, _ in poller.poll(60000):
        name = names[socket]
        if name == "PUSH":
            poller.unregister(socket)
            for task in range(1, 4):
                socket.send_string("task %d" % task)
            continue
        if name == "REQ" and socket.getsockopt(zmq.EVENTS) & zmq.POLLOUT:
            socket.send_string("a question")
            poller.modify(socket, zmq.POLLIN)
            continue
        parts = socket.recv_multipart()
        shown = [part.decode("utf-8", "backslashreplace") for part in parts]
        print(json.dumps([name] + shown), flush=True)
        if name in ("REP", "PAIR"):
            socket.send_multipart([b"Echo"] + parts)
        elif name == "ROUTER":
            socket.send_multipart([parts[0], b"Echo"] + parts[1:])
        elif name == "DEALER":
            socket.send_multipart([b"Echo"] + parts)
        elif name == "PULL" and parts == [b"publish"]:
            for update in (b"1 one", b"2 two", b"1 three"):
                sockets["PUB"].send_multipart([update, b"x"])
