"""One process of a ZeroMQ benchmark with pyzmq: what zmq-peer.ts is in Node.

zmq_peer.py ROLE ADDRESS SIZE COUNT PEERS
"""
import sys
import threading
import time

import zmq

role, address = sys.argv[1:3]
size, count, peers = map(int, sys.argv[3:6])
warm = max(1, count // 4)
context = zmq.Context()


start = cpu = 0.0


def begin():
    """The warm-up is over."""
    global start, cpu
    start = time.perf_counter()
    cpu = time.process_time()


def at(socket):
    socket.bind(address)
    print("at", socket.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"), flush=True)


def seconds():
    print("seconds", time.perf_counter() - start, flush=True)


def take(pull):
    for _ in range(warm):
        pull.recv()
    begin()
    for _ in range(count):
        pull.recv()
    seconds()


def give(push):
    message = b"x" * size
    for i in range(warm + count):
        if i == warm and role == "push":
            begin()
        push.send(message)


if role == "pull":
    pull = context.socket(zmq.PULL)
    at(pull)
    take(pull)
elif role == "push":
    push = context.socket(zmq.PUSH)
    push.connect(address)
    give(push)
elif role == "rep":
    rep = context.socket(zmq.REP)
    at(rep)
    for i in range(warm + count):
        if i == warm:
            begin()
        rep.send(rep.recv())
elif role == "req":
    req = context.socket(zmq.REQ)
    req.connect(address)
    message = b"x" * size
    for i in range(warm + count):
        if i == warm:
            begin()
        req.send(message)
        req.recv()
    seconds()
elif role == "xpub":
    xpub = context.socket(zmq.XPUB)
    xpub.setsockopt(zmq.XPUB_NODROP, 1)
    xpub.setsockopt(zmq.XPUB_VERBOSE, 1)
    at(xpub)
    for _ in range(peers):
        xpub.recv()
    for i in range(warm + count):
        if i == warm:
            begin()
        xpub.send(b"B" * size)
        xpub.send(b"A" * size)
elif role == "sub":
    subs = [context.socket(zmq.SUB) for _ in range(peers)]
    for sub in subs:
        sub.setsockopt(zmq.SUBSCRIBE, b"A")
        sub.connect(address)
    for i in range(warm + count):
        if i == warm:
            begin()
        for sub in subs:
            sub.recv()
    seconds()
elif role == "inproc":
    pull = context.socket(zmq.PULL)
    pull.bind("inproc://bench")
    push = context.socket(zmq.PUSH)
    push.connect("inproc://bench")
    sender = threading.Thread(target=give, args=(push,))
    sender.start()
    take(pull)
    sender.join()

# A subscriber's subscriptions to a publisher that has gone would be waited for for ever.
context.destroy(linger=0 if role == "sub" else -1)
print("cpu", time.process_time() - cpu, flush=True)
