"""Many bidders of the lecture's kind in one process, each with a REQ socket of libzmq.

  python3 req_crowd.py PORT COUNT

Each polls as the lecture's bidder does. At the end one line of JSON: what each of them has
been told of every sale, by its name.
"""

import json
import random
import sys

import zmq

port, count = sys.argv[1:]
told = {}


def bidder(name):
    """Yields what it says, and is sent what it hears."""
    words = (yield name).split(" ")
    items = words[1:-1]
    while True:
        words = (yield name + " ").split(" ")
        if words[0] != "wait":
            break
    if words[0] != "ready":
        sys.exit("not ready: " + " ".join(words))
    sales = told[name] = []
    for item in items:
        answer = yield name + " " + str(random.randint(0, 1000))
        if answer != "bid received":
            sys.exit("not received: " + answer)
        while True:
            words = (yield name).split(" ")
            if words[0] != "wait":
                break
        if words[3] != item:
            sys.exit("%s was sold, not %s" % (words[3], item))
        sales.append([item, words[0], int(words[5])])
        if len(words) > 7 and words[7] == "won.":
            return


context = zmq.Context()
context.set(zmq.MAX_SOCKETS, 4096)
poller = zmq.Poller()
at_table = {}
for number in range(int(count)):
    socket = context.socket(zmq.REQ)
    socket.setsockopt(zmq.LINGER, 0)
    socket.connect("tcp://127.0.0.1:" + port)
    mind = bidder("bidder-%d" % number)
    socket.send_string(next(mind))
    poller.register(socket, zmq.POLLIN)
    at_table[socket] = mind

while at_table:
    ready = poller.poll(180000)
    if not ready:
        sys.exit("%d wait for an answer that does not come" % len(at_table))
    for socket, _ in ready:
        try:
            socket.send_string(at_table[socket].send(socket.recv_string()))
        except StopIteration:
            poller.unregister(socket)
            del at_table[socket]
            socket.close()

print(json.dumps(told))
