"""libzmq's end of an experiment with a multicast group: see test/support/zeromq-group-peer.ts.

    epgm_peer.py send ADDRESS COUNT RATE
    epgm_peer.py receive ADDRESS COUNT RATE
"""
import json
import sys
import threading

import zmq

role, address, count, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
context = zmq.Context()
socket = context.socket(zmq.PUB if role == "send" else zmq.SUB)
socket.setsockopt(zmq.RATE, rate)
socket.setsockopt(zmq.RECOVERY_IVL, 60000)
socket.setsockopt(zmq.LINGER, -1)
socket.setsockopt(zmq.SNDHWM, 0)
socket.setsockopt(zmq.RCVHWM, 0)
socket.setsockopt(zmq.RCVTIMEO, 180000)


def body(number):
    size = 100_000 if number % 250 == 249 else number % 60
    return bytes([number % 251]) * size


if role == "send":
    socket.connect(address)
    go = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), go.set()), daemon=True).start()
    while not go.wait(0.02):
        socket.send(b"hello")
    for number in range(count):
        socket.send_multipart([b"%d" % number, body(number)])
    print("sent", flush=True)
    sys.stdin.readline()
    socket.close(0)
else:
    socket.setsockopt(zmq.SUBSCRIBE, b"")
    socket.connect(address)
    socket.recv()
    print("heard", flush=True)
    account = {"received": 0, "damaged": 0, "disordered": 0}
    wanted = 0
    try:
        while wanted < count:
            number, *rest = socket.recv_multipart()
            if number == b"hello":
                continue
            number = int(number)
            account["received"] += 1
            account["damaged"] += rest != [body(number)]
            account["disordered"] += number < wanted
            wanted = number + 1
    except zmq.Again:
        pass
    print(json.dumps(account), flush=True)
    socket.close(0)
context.term()
