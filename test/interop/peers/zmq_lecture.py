"""Programs that make the calls of the lecture's ZeroMQ programs, in their order.

    zmq_lecture.py PROGRAM ADDRESS [WORD ...]

What the lecture does once a second is done ten times as often here.
"""
import sys
import time

import zmq

program, address, *words = sys.argv[1:]
context = zmq.Context()


def say(*what):
    print(*what, flush=True)


def echo_server():
    socket = context.socket(zmq.REP)
    socket.bind(address)
    say("ready")
    while True:
        message = socket.recv_string()
        say("Received:", message)
        socket.send_string("Echo: " + message)


def echo_client():
    socket = context.socket(zmq.REQ)
    socket.connect(address)
    for word in words:
        socket.send_string(word)
        say(socket.recv_string())


def once_server():
    socket = context.socket(zmq.REP)
    socket.bind(address)
    say("ready")
    say("Received", socket.recv().decode())
    socket.send("Hello back".encode())


def once_client():
    socket = context.socket(zmq.REQ)
    socket.connect(address)
    socket.send("Hello There".encode())
    say("Received", socket.recv().decode())


def router_server():
    socket = context.socket(zmq.ROUTER)
    socket.bind(address)
    say("ready")
    while True:
        identity, message = socket.recv_multipart()
        socket.send_multipart([identity, b"Echo: " + message])


def dealer_client():
    socket = context.socket(zmq.DEALER)
    socket.connect(address)
    for word in words:
        socket.send_string(word)
    for _ in words:
        say(socket.recv_string())


def publisher():
    socket = context.socket(zmq.PUB)
    socket.bind(address)
    say("ready")
    number = 0
    while True:
        time.sleep(0.1)
        now = time.strftime("%H:%M:%S")
        socket.send_string(f"1-Update! >> #{number} >> {now}")
        socket.send_string(f"2-Update! >> #{number} >> {now}")
        number += 1


def subscriber():
    socket = context.socket(zmq.SUB)
    socket.connect(address)
    socket.setsockopt_string(zmq.SUBSCRIBE, words[0])
    for _ in range(int(words[1])):
        say(socket.recv_string())


def manager():
    socket = context.socket(zmq.PUSH)
    socket.bind(address)
    say("ready")
    number = 0
    while True:
        message = f"{number} - {time.strftime('%H:%M:%S')}"
        socket.send_string(message)
        say("Sent:", message)
        number += 1
        time.sleep(0.1)


def worker():
    socket = context.socket(zmq.PULL)
    socket.connect(address)
    say("ready")
    for _ in range(int(words[0])):
        say("Received:", socket.recv_string())


def pair_server():
    socket = context.socket(zmq.PAIR)
    socket.bind(address)
    say("ready")
    for number in range(3):
        say("Received:", socket.recv_string())
        socket.send_string(f"server {number}")


def pair_client():
    socket = context.socket(zmq.PAIR)
    socket.connect(address)
    for number in range(3):
        socket.send_string(f"client {number}")
        say("Received:", socket.recv_string())


def device():
    """Two bound sockets and what passes between them: a queue, a forwarder, a streamer."""
    front_type, back_type, back_address = words
    front = context.socket(getattr(zmq, front_type))
    front.bind(address)
    if front_type == "SUB":
        front.setsockopt_string(zmq.SUBSCRIBE, "")
    back = context.socket(getattr(zmq, back_type))
    back.bind(back_address)
    say("front", front.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"))
    say("back", back.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"))
    zmq.proxy(front, back)


globals()[program]()
context.destroy(linger=2000)
