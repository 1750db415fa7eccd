"""Bidders as the lecture builds them, for auction.ts.

    python3 bench/auction-lecture-bidders.py play|poll PORT BIDDERS ROUNDS WARM-UP

Each is a process of its own, made by fork(2), as in a class each has a terminal: one
blocking socket, one `send`, one `recv(5024)`, and polling without a pause. Unlike the
lecture's they do not sleep before a bid either.

    play   all join and play the game to its end
    poll   all join and then ask for ever: whoever waits for them is one more than they are

Unlike the lecture's they read on when a long list of items or names does not come whole.

Speaks with auction.ts in lines of JSON: how long the joining took, when all have joined; the
rounds that each has played, and their CPU time from WARM-UP on, when all is over; and, while
they poll, the polls and the CPU time so far for every line that comes. It ends when its input
does.
"""
import json
import mmap
import os
import signal
import socket
import sys
import time

mode, port, bidders, rounds, warm_up = sys.argv[1], *map(int, sys.argv[2:])


def shared():
    """A whole number for each bidder, in memory that all processes share."""
    return memoryview(mmap.mmap(-1, 8 * bidders)).cast("q")


joined = shared()
polls = shared()
# Nanoseconds of CPU time.
used = shared()


def tell(message):
    print(json.dumps(message), flush=True)


def ask(server, message):
    server.sendall(message.encode())
    answer = server.recv(5024)
    if not answer:
        raise ConnectionError("the auctioneer has hung up")
    return answer.decode()


def ask_for_list(server, message, words):
    """`ready` needs no fewer words than it has names, but `wait ` is one, and complete."""
    answer = ask(server, message)
    while answer != "wait " and not (answer.endswith(" ") and len(answer.split()) >= words):
        more = server.recv(65536)
        if not more:
            raise ConnectionError("the auctioneer has hung up")
        answer += more.decode()
    return answer


def bidder(seat):
    name = f"b{seat}"
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.connect(("127.0.0.1", port))
    ask_for_list(server, name, 1 + rounds)
    joined[seat] = 1
    while ask_for_list(server, name + " ", 1 + bidders) == "wait ":
        polls[seat] += 1
        used[seat] = time.process_time_ns()
    for number in range(rounds):
        if number == warm_up:
            begin = time.process_time_ns()
        answer = ask(server, f"{name} {(seat * 7 + number * 13) % 100}")
        if answer != "bid received":
            raise AssertionError(f"bid of round {number}: {answer}")
        words = ask(server, name).split()
        while words == ["wait"]:
            words = ask(server, name).split()
        if words[1:3] != ["has", "bought"] or (len(words) == 8) != (number == rounds - 1):
            raise AssertionError(f"result of round {number}: {words}")
    used[seat] = time.process_time_ns() - begin
    server.close()


children = []


def end_children():
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass


def start(seat):
    child = os.fork()
    if child:
        children.append(child)
        return
    try:
        bidder(seat)
        os._exit(0)
    except BaseException as error:
        print(f"b{seat}: {error!r}", file=sys.stderr, flush=True)
        os._exit(1)


def take_back(child, options=0):
    """One that has come to its end is a child no longer."""
    ended, status = os.waitpid(child, options)
    if ended:
        children.remove(child)
    if status:
        end_children()
        sys.exit("a bidder has failed")


# Ctrl-C is for all of them, and none has anything to say about it.
signal.signal(signal.SIGINT, signal.SIG_DFL)
start_of_joining = time.monotonic()
try:
    for seat in range(bidders):
        start(seat)
except OSError as error:
    end_children()
    sys.exit(f"this system lets no more than {len(children)} processes be made: {error}")
while sum(joined) < bidders:
    for child in list(children):
        take_back(child, os.WNOHANG)
    time.sleep(0.05)
tell({"joining": (time.monotonic() - start_of_joining) * 1000})
if mode == "play":
    for child in list(children):
        take_back(child)
    tell({"rounds": rounds, "cpu": sum(used) / 1e9})
else:
    for _ in sys.stdin:
        tell({"at": time.monotonic(), "polls": sum(polls), "cpu": sum(used) / 1e9})
    end_children()
    for child in children:
        os.waitpid(child, 0)
