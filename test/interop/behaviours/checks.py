"""The behaviours' answers once more, without Node: each is asked of the kernel.

    python3 checks.py NAME          what happened, as JSON: {"answer": …, "told": …}
    python3 checks.py --list        [name, how it is checked, whether by root] of each, as JSON

The function of an experiment has its name and returns the id of the answer that it saw, and
what it saw. Its docstring says how, for the table in docs/behaviours.md. Exit status 3 and a
line on stderr where this machine lacks what the check needs.
"""
import errno
import json
import os
import select
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time

from alone import FAR, NEAR, PORT, Capture, Link, NotHere, be_alone, ip, looked_at

HERE = "127.0.0.1"
NODE = os.environ.get("NODE", "node")
UDP, TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM


# What the checks are made of.


def udp(host=HERE, port=0):
    made = socket.socket(socket.AF_INET, UDP)
    made.bind((host, port))
    return made


def listening(host=HERE, port=0, backlog=128, reuse=True):
    made = socket.socket(socket.AF_INET, TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(reuse))
    made.bind((host, port))
    made.listen(backlog)
    return made


def connection(no_delay=False):
    door = listening()
    client = socket.create_connection(door.getsockname())
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(no_delay))
    return client, door.accept()[0]


def code(call, *args):
    """The name of the error that a call ends with; 'done' when it succeeds."""
    try:
        call(*args)
        return "done"
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))


def silent(made, seconds=0.2):
    """Whether nothing arrives: no data, no end, no error."""
    return not select.select([made], [], [], seconds)[0]


def await_reset(made):
    hangs = select.poll()
    hangs.register(made, 0)  # POLLERR and POLLHUP are always told
    hangs.poll()


def exactly(made, size):
    received = b""
    while len(received) < size:
        piece = made.recv(size - len(received))
        if not piece:
            break
        received += piece
    return received


def to_the_end(made):
    received = b""
    while piece := made.recv(65536):
        received += piece
    return received


def next_on(made):
    """What a connection receives next, in words."""
    try:
        piece = made.recv(1024)
        return f"{len(piece)} bytes" if piece else "the end"
    except OSError as error:
        return errno.errorcode[error.errno]


def unused_port():
    """A port without a socket. If the network is a separate one, nobody else is in it."""
    with udp() as made:
        return made.getsockname()[1]


def bare_node(script, *args):
    """A program of bare Node, without our sockets."""
    command = [NODE, "-e", script, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def hung(*sockets):
    """A process that holds these sockets, and is stopped."""
    child = os.fork()
    if child == 0:
        signal.pause()
    for made in sockets:
        made.close()
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
    return child


def end(child):
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


CHECKS = {}


def check(function):
    CHECKS[function.__name__.replace("_", "-")] = function
    return function


# Messages and streams.


@check
def coalescing():
    """two sends, one receive, 20 times"""
    receiver, sender = udp(), udp()
    client, server = connection(no_delay=True)
    apart = joined = 0
    for _ in range(20):
        for word in (b"hello", b"world"):
            sender.sendto(word, receiver.getsockname())
            client.sendall(word)
        apart += len(receiver.recv(1024)) == 5
        receiver.recv(1024)
        first = server.recv(1024)
        joined += len(first) == 10
        exactly(server, 10 - len(first))
    answer = "both" if apart < 20 else "joined" if joined else "apart"
    return answer, f"{apart} apart, {joined} joined"


@check
def boundaries():
    """all that was received, compared"""

    def datagrams(words):
        receiver, sender = udp(), udp()
        for word in words:
            sender.sendto(word, receiver.getsockname())
        return [receiver.recv(100) for _ in words]

    def stream(words):
        client, server = connection()
        for word in words:
            client.sendall(word)
        client.close()
        return to_the_end(server)

    first, second = [b"no", b"where"], [b"now", b"here"]
    apart = datagrams(first) != datagrams(second)
    told = stream(first) != stream(second)
    answer = {(1, 1): "both", (1, 0): "udp", (0, 1): "tcp", (0, 0): "neither"}[apart, told]
    return answer, f"UDP differs: {apart}, TCP differs: {told}"


@check
def splitting():
    """recv(1,000,000) when the kernel takes no more; the sizes are not Node's"""
    receiver, sender = udp(), udp()
    sender.sendto(bytes(9000), receiver.getsockname())
    whole = len(receiver.recv(1_000_000))
    client, server = connection()
    client.setblocking(False)
    left, pieces = 200_000, []
    while sum(pieces) < 200_000:
        while left:
            try:
                left -= client.send(bytes(left))
            except BlockingIOError:
                break
        pieces.append(len(server.recv(1_000_000)))
    answer = "packets" if whole != 9000 else "pieces" if len(pieces) > 1 else "whole"
    return answer, f"{whole}; {pieces}"


@check
def small_buffer():
    """recv(4), which here is the system's own call"""
    receiver, sender = udp(), udp()
    client, server = connection()
    for word in (b"HELLO", b"WORLD"):
        sender.sendto(word, receiver.getsockname())
        client.sendall(word)
    datagrams = [receiver.recv(4) for _ in range(2)]
    stream = [server.recv(4) for _ in range(2)]
    lost, kept = datagrams[1] == b"WORL", stream[1].startswith(b"O")
    answer = "lost" if lost and kept else "world" if lost else "rest"
    return answer, f"{datagrams} {stream}"


@check
def half_a_letter():
    """recv(3), decoded as UTF-8"""
    text = "Ståle".encode()
    receiver, sender = udp(), udp()
    sender.sendto(text, receiver.getsockname())
    client, server = connection()
    client.sendall(text)
    cut = receiver.recv(3).decode(errors="replace")
    pieces = [exactly(server, 3), exactly(server, 3)]
    first = pieces[0].decode(errors="replace")
    whole = b"".join(pieces).decode()
    broken = ["\ufffd" in part for part in (cut, first)]
    answer = ("broken" if broken[0] else "stream") if broken[1] else "fine"
    return answer, f"{cut}; {first}; {whole}"


@check
def largest_message():
    """65,507 and one more; over IPv6 65,527 and one more"""
    receiver, sender = udp(), udp()
    fits = code(sender.sendto, bytes(65_507), receiver.getsockname())
    arrived = len(receiver.recv(70_000))
    more = code(sender.sendto, bytes(65_508), receiver.getsockname())
    by_ipv6 = []
    if socket.has_ipv6:
        six = socket.socket(socket.AF_INET6, UDP)
        if code(six.bind, ("::1", 0)) == "done":
            place = six.getsockname()
            by_ipv6 = [code(six.sendto, bytes(size), place) for size in (65_527, 65_528)]
            assert by_ipv6 == ["done", "EMSGSIZE"], by_ipv6
    client, server = connection()
    sending = threading.Thread(target=client.sendall, args=(bytes(1_000_000),))
    sending.start()
    stream = len(exactly(server, 1_000_000))
    limited = arrived == 65_507 and more == "EMSGSIZE" and stream == 1_000_000
    answer = "udp" if limited else "any" if more == "done" else None
    return answer, f"{fits}, {arrived}, {more}; IPv6 {by_ipv6}; TCP {stream}"


@check
def fragments():
    """a TUN device for packets of 1,500 bytes; then each message loses one of its packets"""
    lost = set()
    link = Link(lambda number, there: [] if number in lost else [0])
    receiver, sender = udp(NEAR, PORT), udp(NEAR)

    def packets(kind):
        return link.counts[kind, True] + link.counts[kind, False]

    def datagram():
        before = packets(socket.IPPROTO_UDP)
        sender.sendto(bytes(9000), (FAR, PORT))
        received = 0 if silent(receiver, 1) else len(receiver.recv(9000))
        return packets(socket.IPPROTO_UDP) - before, received

    whole = datagram()
    lost.add(9)  # the fragments after the first have no port: 7 to 12 of the others
    cut = datagram()
    lost.add(3)
    door = listening(NEAR, PORT)
    client = socket.create_connection((FAR, PORT), source_address=(NEAR, 0))
    client.sendall(bytes(9000))
    stream = len(exactly(door.accept()[0], 9000)), packets(socket.IPPROTO_TCP)
    assert cut[1] == 0 and stream[0] == 9000, (cut, stream)
    several = whole == (7, 9000) and stream[1] >= 8
    answer = "both" if several else "one" if whole[0] == 1 else None
    return answer, f"{whole}, with a loss {cut}; TCP with a loss {stream}"


@check
def empty_message():
    """send of b'', then of b'x'"""
    receiver, sender = udp(), udp()
    client, server = connection()
    for word in (b"", b"x"):
        sender.sendto(word, receiver.getsockname())
        client.send(word)
    datagram, stream = receiver.recv(10), server.recv(10)
    both = (datagram == b"", stream == b"")
    names = {(1, 0): "udp", (1, 1): "both", (0, 0): "neither", (0, 1): "end"}
    return names[both], f"{datagram}; {stream}"


# Who is there?


@check
def nobody_there():
    """sendto and connect to a port without a socket"""
    place = (HERE, unused_port())
    sent = code(udp().sendto, b"hello", place)
    refused = code(socket.socket().connect, place)
    answer = "tcp" if (sent, refused) == ("done", "ECONNREFUSED") else None
    return answer, f"{sent}; {refused}"


@check
def nobody_there_connected():
    """connect, send and recv of a UDP socket"""
    client = udp()
    client.settimeout(5)
    calls = [(client.connect, (HERE, unused_port())), (client.send, b"hello"), (client.recv, 9)]
    codes = [code(call, argument) for call, argument in calls]
    if "ECONNREFUSED" not in codes:
        return "none", f"{codes}"
    return ("connect", "send", "receive")[codes.index("ECONNREFUSED")], f"{codes}"


@check
def nobody_there_unheard():
    """Node's rule: two programs of bare Node, started by Python"""
    port = unused_port()
    scripts = {
        "udp": "s.connect(p,'127.0.0.1',()=>s.send('x'))",
        "tcp": "require('net').connect(p,'127.0.0.1')",
    }
    crashed = {}
    for name, script in scripts.items():
        start = "const p=+process.argv[1],s=require('dgram').createSocket('udp4');"
        stop = ";setTimeout(()=>process.exit(0),3000)"
        running = bare_node(start + script + stop, port)
        crashed[name] = b"ECONNREFUSED" in running.communicate()[1] and running.returncode != 0
    answer = "crash" if all(crashed.values()) else "tcp" if crashed["tcp"] else "run"
    return answer, f"crashed: {crashed}"


@check
def nobody_answers():
    """TCP_SYNCNT of 1; the packets captured, packet(7)"""
    ip("route", "add", "192.0.2.0/24", "dev", "lo")
    linear = "/proc/sys/net/ipv4/tcp_syn_linear_timeouts"
    if os.path.exists(linear):  # since Linux 6.5
        with open(linear, "w") as setting:
            setting.write("0")
    place = ("192.0.2.1", 9)
    sender, client, capture = socket.socket(socket.AF_INET, UDP), socket.socket(), Capture()
    sent = code(sender.sendto, b"hello", place)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, 1)
    connected = code(client.connect, place)
    quiet = silent(sender, 0)
    syns = [packet for packet in capture.packets(quiet=0) if packet[9] == socket.IPPROTO_TCP]
    late = sent == "done" and quiet and connected == "ETIMEDOUT" and len(syns) == 2
    answer = "late" if late else "refused" if connected == "ECONNREFUSED" else None
    return answer, f"{sent}, silent: {quiet}; {len(syns)} packets, {connected}"


@check
def no_route():
    """a network without a route, and one whose neighbour does not answer"""
    ip("link", "add", "near", "type", "veth", "peer", "name", "far")
    ip("address", "add", "203.0.113.1/24", "dev", "near")
    for end_of_cable in ("near", "far"):
        ip("link", "set", end_of_cable, "up")
    codes = {}
    for host in ("192.0.2.1", "203.0.113.7"):
        sent = code(socket.socket(socket.AF_INET, UDP).sendto, b"hello", (host, 9))
        codes[host] = sent, code(socket.socket().connect, (host, 9))
    assert codes["203.0.113.7"] == ("done", "EHOSTUNREACH"), codes
    names = {("ENETUNREACH",) * 2: "both", ("done", "ENETUNREACH"): "tcp"}
    return names.get(codes["192.0.2.1"]), f"{codes}"


@check
def client_first():
    """over TCP the same descriptor connects twice: on Linux that works"""
    port = unused_port()
    sender = udp()
    sender.sendto(b"early", (HERE, port))
    receiver = udp(port=port)
    sender.sendto(b"again", (HERE, port))
    datagram = receiver.recv(100)
    client = socket.socket()
    first = code(client.connect, (HERE, port))
    unsent = code(client.send, b"early")
    door = listening(port=port)
    second = code(client.connect, (HERE, port))
    client.sendall(b"again")
    stream = door.accept()[0].recv(100)
    failed = first != "done" and unsent != "done"
    later = datagram == stream == b"again"
    answer = "udp" if failed and later else "waits" if datagram == b"early" else None
    return answer, f"{datagram}; {first}, send {unsent}, {second}, {stream}"


@check
def server_first_word():
    """a server that only receives; a server that only sends"""
    receiver, client = udp(), udp()
    client.connect(receiver.getsockname())
    unknown = silent(receiver)
    quiet, server = connection()
    server.sendall(b"welcome")
    assert exactly(quiet, 7) == b"welcome"
    return "tcp" if unknown else "both", f"nothing came: {unknown}"


@check
def silent_peer():
    """a server process that is stopped with SIGSTOP"""
    receiver, door = udp(), listening()
    places = receiver.getsockname(), door.getsockname()
    child = hung(receiver, door)
    sender = udp()
    sender.sendto(b"hello", places[0])
    client = socket.create_connection(places[1])
    client.sendall(b"hello")
    quiet = silent(client, 0.5), silent(sender, 0.1)
    end(child)
    return "never" if all(quiet) else None, f"silent: {quiet}"


@check
def sent_is_not_read():
    """a server process that is stopped, and then killed"""
    receiver, door = udp(), listening()
    places = receiver.getsockname(), door.getsockname()
    child = hung(receiver, door)
    sent = sum(udp().sendto(bytes(5000), places[0]) for _ in range(4))
    client = socket.create_connection(places[1])
    client.sendall(bytes(20_000))
    end(child)  # it has called neither accept nor recv
    return "unknown", f"{sent} and 20000 sent, none received, then {next_on(client)}"


# What it costs.


@check
def packets_per_echo():
    """packets on the loopback interface, counted with a raw socket, packet(7)"""
    capture = Capture()
    server, client = udp(), udp()
    client.sendto(b"hello", server.getsockname())
    data, place = server.recvfrom(100)
    server.sendto(data, place)
    client.recv(100)
    datagrams = len(capture.packets())
    client, accepted = connection()
    client.sendall(b"hello")
    accepted.sendall(exactly(accepted, 5))
    exactly(client, 5)
    client.close()
    accepted.recv(1)
    accepted.close()
    stream = len(capture.packets())
    four = "four" if (datagrams, stream) == (2, 4) else None
    return "ten" if datagrams == 2 and stream >= 8 else four, f"{datagrams}; {stream}"


@check
def set_up_cost():
    """round trips in the captured packets, packet(7): how often the direction changes"""

    def trips(port, talk):
        """How often the client speaks, up to the server's first data."""
        capture = Capture()
        talk()
        spoke, before = 0, False
        for packet in capture.packets():
            _, there, has_data = looked_at(packet, port)
            if has_data and not there:
                return spoke
            spoke += there and not before
            before = there

    receiver, door, sender = udp(), listening(), udp()

    def datagrams():
        sender.sendto(b"hello", receiver.getsockname())
        data, place = receiver.recvfrom(10)
        receiver.sendto(data, place)
        sender.recv(10)

    def stream():
        client = socket.create_connection(door.getsockname())
        client.sendall(b"hello")
        server = door.accept()[0]
        server.sendall(exactly(server, 5))
        exactly(client, 5)

    by_udp = trips(receiver.getsockname()[1], datagrams)
    by_tcp = trips(door.getsockname()[1], stream)
    names = {1: "one", 2: "two", 3: "three"}
    return names.get(by_tcp) if by_udp == 1 else None, f"{by_udp}; {by_tcp}"


@check
def nagle():
    """12 rounds of two writes and one answer"""

    def rounds(client, server):
        times = []
        for _ in range(12):
            start = time.monotonic()
            client.send(b"head:")
            client.send(b"body.")
            read = 0
            while read < 10:
                read += len(server.recv(10))
            server.send(b"done!")
            client.recv(5)
            times.append(1000 * (time.monotonic() - start))
        return statistics.median(times)

    receiver, sender = udp(), udp()
    receiver.connect(sender.getsockname())
    sender.connect(receiver.getsockname())
    by_udp = rounds(sender, receiver)
    usual, no_delay = rounds(*connection()), rounds(*connection(no_delay=True))
    slow = by_udp < 25 < usual
    answer = ("slow" if no_delay < 25 else "always") if slow else "fast"
    return answer, f"{by_udp:.2f} ms; {usual:.1f} ms, with TCP_NODELAY {no_delay:.2f} ms"


# A receiver that is too slow.


@check
def full_buffer():
    """sent until the kernel says EAGAIN, then read"""
    receiver, sender = udp(), udp()
    for _ in range(5000):
        sender.sendto(bytes(1000), receiver.getsockname())
    received = 0
    while not silent(receiver, 0):
        received += len(receiver.recv(1000)) > 0
    client, server = connection()
    client.setblocking(False)
    taken = 0
    waited = False
    while taken < 256_000_000 and not waited:
        try:
            taken += client.send(bytes(16_384))
        except BlockingIOError:
            waited = silent_for_writing(client)
    client.close()
    arrived = len(to_the_end(server))
    assert arrived == taken
    answer = ("lost" if received < 5000 else None) if waited else "kept"
    return answer, f"{received} of 5000; waited after {taken}, all arrived"


def silent_for_writing(made):
    return not select.select([], [made], [], 0.2)[1]


@check
def small_datagrams():
    """SO_RCVBUF of 10,000, then 2,000 messages"""
    receiver, sender = udp(), udp()
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 10_000)
    for _ in range(2000):
        sender.sendto(b"x", receiver.getsockname())
    received = 0
    while not silent(receiver, 0):
        received += len(receiver.recv(10))
    client, server = connection(no_delay=True)
    for _ in range(2000):
        client.send(b"x")
    stream = len(exactly(server, 2000))
    assert stream == 2000
    answer = "all" if received == 2000 else "few" if received < 200 else "half"
    return answer, f"{received}; {stream}"


@check
def write_returns_false():
    """Node's rule: bare Node writes, Python does not read, then counts"""
    door = listening()
    script = """
      const socket = require('net').connect(+process.argv[1], '127.0.0.1', () => {
        const chunk = Buffer.alloc(65536);
        let written = 0;
        do written += chunk.length; while (socket.write(chunk));
        for (let k = 0; k < 100; k += 1, written += chunk.length) socket.write(chunk);
        console.log(written, socket.writableLength);
        socket.end();
      });"""
    running = bare_node(script, door.getsockname()[1])
    accepted = door.accept()[0]
    written, waiting = map(int, running.stdout.readline().split())
    received = len(to_the_end(accepted))
    accepted.close()
    running.communicate()
    kept = received == written and waiting > 0
    answer = "kept" if kept else "lost" if received < written else None
    return answer, f"{written} written, {waiting} waited, {received} received"


@check
def closed_window():
    """the packets of a client whose server does not read, captured, packet(7)"""
    receiver, sender = udp(), udp()
    for _ in range(500):
        sender.sendto(bytes(1000), receiver.getsockname())
    client, server = connection()
    port = server.getsockname()[1]
    client.setblocking(False)
    taken = 0
    try:
        while True:
            taken += client.send(bytes(65_536))
    except BlockingIOError:
        pass
    capture, times = Capture(), []
    while len(times) < 3:
        _, there, has_data = looked_at(capture.next(), port)
        if there and not has_data:
            times.append(time.monotonic())
    client.close()
    arrived = len(to_the_end(server))
    waits = [later - earlier for earlier, later in zip(times, times[1:])]
    return "probes" if arrived == taken else None, f"probes after {waits} s; {arrived} of {taken}"


@check
def backlog():
    """listen(1), and four connects that do not block"""
    receiver, sender = udp(), udp()
    for _ in range(4):
        sender.sendto(b"hello", receiver.getsockname())
    door = listening(backlog=1)
    clients = [socket.socket() for _ in range(4)]
    for client in clients:
        client.setblocking(False)
        client.connect_ex(door.getsockname())
    time.sleep(0.3)  # the kernel repeats a SYN after a second
    at_once = select.select([], clients, [], 0)[1]
    refused = [client for client in at_once if client.getsockopt(*SO_ERROR)]
    for _ in clients:
        door.accept()
    later = select.select([], clients, [], 0)[1]
    assert all(client.getpeername() for client in later)
    names = {0: "none", 4: "all"}
    answer = "refused" if refused else names.get(len(at_once), "late")
    return answer, f"{len(at_once)} at once, {len(later)} in the end, {len(refused)} refused"


SO_ERROR = (socket.SOL_SOCKET, socket.SO_ERROR)


# A bad link.


def over(link, kind, messages=5, every=0.0):
    """What arrives over the link, in order: [(number, milliseconds)]."""
    if kind == UDP:
        receiver, sender = udp(NEAR, PORT), udp(NEAR)
        sender.connect((FAR, PORT))
    else:
        door = listening(NEAR, PORT)
        sender = socket.create_connection((FAR, PORT), source_address=(NEAR, 0))
        sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        receiver = door.accept()[0]
    sent, arrived = {}, []

    def receive():
        (number,) = struct.unpack("!I", exactly(receiver, 4))
        arrived.append((number, 1000 * (time.monotonic() - sent[number])))

    def send():
        for number in range(1, messages + 1):
            sent[number] = time.monotonic()
            sender.send(struct.pack("!I", number))
            time.sleep(every)
        if kind == UDP:
            link.settle(socket.IPPROTO_UDP, messages)

    sending = threading.Thread(target=send)
    sending.start()
    while sending.is_alive() if kind == UDP else len(arrived) < messages:
        if not silent(receiver, 0.1):
            receive()
    while kind == UDP and not silent(receiver, 0.5):
        receive()
    return arrived


def numbers(arrived):
    return [number for number, _ in arrived]


@check
def loss():
    """the kernel's own TCP over a TUN device that loses the third packet with data"""
    link = Link(lambda number, there: [] if there and number == 3 else [0])
    by_udp, by_tcp = numbers(over(link, UDP)), numbers(over(link, TCP))
    four, five = [1, 2, 4, 5], [1, 2, 3, 4, 5]
    answer = "tcp" if (by_udp, by_tcp) == (four, five) else "both" if by_tcp == four else None
    return answer, f"{by_udp}; {by_tcp}"


@check
def checksum():
    """the kernel's own TCP over a TUN device that flips a bit of the third packet with data"""
    link = Link(lambda number, there: [0])
    link.flipped = 3
    by_udp, by_tcp = numbers(over(link, UDP)), numbers(over(link, TCP))
    four, five = [1, 2, 4, 5], [1, 2, 3, 4, 5]
    answer = "udp" if (by_udp, by_tcp) == (four, five) else "four" if by_tcp == four else None
    return answer, f"{by_udp}; {by_tcp}"


@check
def head_of_line():
    """the kernel's own TCP over a TUN device that loses the second packet with data"""
    link = Link(lambda number, there: [] if there and number == 2 else [0.02], delay=0.02)
    by_udp, by_tcp = over(link, UDP, 8, 0.005), over(link, TCP, 8, 0.005)
    third = [dict(arrived)[3] for arrived in (by_udp, by_tcp)]
    in_order = numbers(by_tcp) == list(range(1, 9))
    without = 2 not in numbers(by_udp)
    late = third[1] > 2.5 * 20
    answer = "tcp" if without and in_order and late else None
    return answer, f"the third after {third[0]:.0f} ms; {third[1]:.0f} ms"


@check
def order():
    """the kernel's own TCP over a TUN device that holds back every third packet with data"""
    link = Link(lambda number, there: [0.2 if there and number % 3 == 1 else 0])
    by_udp, by_tcp = numbers(over(link, UDP, 10)), numbers(over(link, TCP, 10))
    sent = list(range(1, 11))
    answer = "arrival" if by_tcp != sent else "sent" if by_udp == sent else "tcp"
    return answer, f"{by_udp}; {by_tcp}"


@check
def duplicates():
    """the kernel's own TCP over a TUN device that delivers every packet with data twice"""
    link = Link(lambda number, there: [0, 0.001])
    by_udp, by_tcp = numbers(over(link, UDP)), numbers(over(link, TCP))
    twice = [len(set(arrived)) < len(arrived) for arrived in (by_udp, by_tcp)]
    answer = "both" if twice[1] else "udp" if twice[0] else "never"
    return answer, f"{by_udp}; {by_tcp}"


# Goodbyes.


@check
def killed_peer():
    """a server process that is killed while its client waits"""
    receiver, door = udp(), listening()
    place = receiver.getsockname()
    sender = udp()
    client = socket.create_connection(door.getsockname())
    child = os.fork()
    if child == 0:
        client.close()
        accepted = door.accept()[0]
        accepted.sendall(exactly(accepted, 5))
        data, address = receiver.recvfrom(5)
        receiver.sendto(data, address)
        signal.pause()
    receiver.close()
    door.close()
    client.sendall(b"hello")
    exactly(client, 5)
    sender.sendto(b"hello", place)
    sender.recv(5)
    end(child)
    quiet, stream = silent(sender, 0.3), next_on(client)
    names = {"the end": "end", "ECONNRESET": "tcp"}
    return names.get(stream) if quiet else "error", f"UDP silent: {quiet}; {stream}"


def connection_there():
    """A connection to an address that can be taken away: a machine that is switched off."""
    for address in ("192.0.2.1", "192.0.2.2"):
        ip("address", "add", f"{address}/32", "dev", "lo")
    door, client = socket.socket(), socket.socket()
    door.bind(("192.0.2.1", 0))
    door.listen()
    client.bind(("192.0.2.2", 0))
    client.connect(door.getsockname())
    return client, door.accept()[0]


def switch(on):
    ip("route", "del" if on else "add", "192.0.2.1/32", "dev", "lo")
    ip("address", "add" if on else "del", "192.0.2.1/32", "dev", "lo")


@check
def unacknowledged():
    """TCP_USER_TIMEOUT of 300 ms, at an address that is taken away"""
    client, _ = connection_there()
    sender = socket.socket(socket.AF_INET, UDP)
    sender.bind(("192.0.2.2", 0))
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 300)
    switch(on=False)
    sent = code(sender.sendto, b"hello", ("192.0.2.1", 9))
    written, received = code(client.send, b"hello"), code(client.recv, 5)
    quiet = silent(sender, 0)
    late = (sent, written, received) == ("done", "done", "ETIMEDOUT") and quiet
    return "late" if late else None, f"{sent}, {written}, silent: {quiet}, {received}"


@check
def crashed_and_back():
    """an address that is away while the server resets, so that the reset is lost"""
    client, server = connection_there()
    switch(on=False)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    server.close()
    switch(on=True)
    quiet = silent(client)
    written, received = code(client.send, b"hello"), code(client.recv, 5)
    receiver, sender = socket.socket(socket.AF_INET, UDP), socket.socket(socket.AF_INET, UDP)
    receiver.bind(("192.0.2.1", 0))
    sender.sendto(b"hello", receiver.getsockname())
    arrived = receiver.recv(5)
    reset = quiet and (written, received) == ("done", "ECONNRESET") and arrived == b"hello"
    return "reset" if reset else None, f"silent: {quiet}, {written}, {received}; {arrived}"


@check
def reset():
    """close, and close with SO_LINGER of 0"""
    receiver, sender = udp(), udp()
    sender.sendto(b"hello", receiver.getsockname())
    data, place = receiver.recvfrom(10)
    receiver.sendto(data, place)
    sender.recv(10)
    receiver.close()
    quiet = silent(sender)
    seen = []
    for linger in (None, struct.pack("ii", 1, 0)):
        client, server = connection()
        if linger:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        server.close()
        seen.append(next_on(client))
    answer = "no" if seen[0] == seen[1] else "tcp" if quiet else "both"
    return answer, f"UDP silent: {quiet}; {seen}"


@check
def reset_before_accept():
    """accept, getpeername and recv, after the reset has arrived"""
    receiver, sender, door = udp(), udp(), listening()
    sender.sendto(b"hello", receiver.getsockname())
    sender.close()
    client = socket.create_connection(door.getsockname())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    second = socket.create_connection(door.getsockname())
    second.sendall(b"hello")
    datagram = receiver.recv(10)
    try:
        first = door.accept()[0]
    except ConnectionAbortedError:
        return "error", f"{datagram}; accept: ECONNABORTED"
    peer, read = code(first.getpeername), next_on(first)
    if read != "ECONNRESET":
        return "second" if read == "5 bytes" else None, f"{datagram}; {read}"
    then = door.accept()[0].recv(10)
    return "both", f"{datagram}; getpeername: {peer}, recv: {read}; then {then}"


@check
def unread_then_closed():
    """a client that reads at once, and one that reads after the reset has arrived"""
    receiver, sender = udp(), udp()
    sender.sendto(bytes(9000), receiver.getsockname())
    receiver.sendto(b"no!", sender.getsockname())
    sender.recv(10)
    receiver.close()
    quiet = silent(sender)
    seen = []
    for late in (False, True):
        client, server = connection()
        client.sendall(bytes(20_000))
        server.recv(1000)
        server.sendall(b"no!")
        first = b"" if late else exactly(client, 3)
        server.close()
        if late:
            await_reset(client)
            first = exactly(client, 3)
        seen.append((first.decode(), next_on(client)))
    as_reset = seen == [("no!", "ECONNRESET")] * 2
    return "reset" if quiet and as_reset else None, f"UDP silent: {quiet}; {seen}"


@check
def send_after_close():
    """sends after the peer's end was seen, until one fails"""
    sender, place = udp(), (HERE, unused_port())
    datagrams = [code(sender.sendto, b"hello", place) for _ in range(10)]
    client, server = connection(no_delay=True)
    server.close()
    assert client.recv(10) == b""
    worked = 0
    while (failed := code(client.send, b"hello")) == "done" and worked < 1000:
        worked += 1
    if set(datagrams) != {"done"}:
        return "both", f"{datagrams}"
    answer = "never" if failed == "done" else "later" if worked else "first"
    return answer, f"{len(datagrams)} worked; {worked} worked, then {failed}"


@check
def half_close():
    """shutdown(SHUT_WR), and an answer after it"""
    receiver, sender = udp(), udp()
    sender.sendto(b"one", receiver.getsockname())
    receiver.recv(10)
    sender.close()
    quiet = silent(receiver)
    client, server = connection()
    client.sendall(b"one two three")
    client.shutdown(socket.SHUT_WR)
    question = to_the_end(server)
    server.sendall(f"{len(question)} bytes".encode())
    server.close()
    answered = to_the_end(client).decode()
    answer = ("yes" if quiet else "both") if answered == "13 bytes" else "no"
    return answer, f"UDP silent: {quiet}; {answered}"


@check
def late_answer():
    """Node's rule: servers of bare Node, and Python's client"""
    answers = []
    for half_open in ("false", "true"):
        script = """
          const door = require('net').createServer({ allowHalfOpen: HALF }, (socket) => {
            socket.on('error', () => {}).resume().on('end', () => {
              if (HALF) socket.end('answer');
              else socket.once('finish', () => socket.end('answer'));
            });
            door.close();
          });
          door.listen(0, '127.0.0.1', () => console.log(door.address().port));"""
        running = bare_node(script.replace("HALF", half_open))
        client = socket.create_connection((HERE, int(running.stdout.readline())))
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        answers.append(to_the_end(client).decode())
        running.communicate()
    usual, half_open = answers
    answer = "yes" if usual else "no" if half_open == "answer" else "both"
    return answer, f"usually {usual!r}, with allowHalfOpen {half_open!r}"


@check
def close_at_once():
    """Node's rule: clients of bare Node, Python's servers; Python's own datagram arrives"""
    receiver, door = udp(), listening()
    port = receiver.getsockname()[1]
    script = """
      const [udp, tcp] = process.argv.slice(1).map(Number);
      const sender = require('dgram').createSocket('udp4');
      sender.send('hello', udp, '127.0.0.1');
      sender.close();
      const client = require('net').connect(tcp, '127.0.0.1');
      client.write('hello');
      client.end();"""
    running = bare_node(script, port, door.getsockname()[1])
    stream = to_the_end(door.accept()[0])
    running.communicate()
    nodes = not silent(receiver)
    hasty = udp()
    hasty.sendto(b"hello", (HERE, port))
    hasty.close()
    assert not silent(receiver), "Python's datagram should have arrived"
    if stream != b"hello":
        return "neither", f"{stream}"
    return "both" if nodes else "tcp", f"Node's arrived: {nodes}, Python's: True; {stream}"


@check
def keep_alive():
    """SO_KEEPALIVE and TCP_KEEPIDLE as the kernel reports them"""
    client, _ = connection()
    by_default = client.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    idle = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
    if by_default == 0:
        return "never" if idle >= 3600 else None, f"off; on, it starts after {idle} s"
    return "hours" if idle >= 3600 else "seconds", f"on, and starts after {idle} s"


# Ports and peers.


@check
def same_port():
    """bind of a UDP and of a TCP socket to one port"""
    door = listening()
    place = door.getsockname()
    receiver = udp(*place)
    udp().sendto(b"by datagram", place)
    client = socket.create_connection(place)
    client.sendall(b"by stream")
    received = receiver.recv(100), door.accept()[0].recv(100)
    apart = silent(receiver, 0.1)
    answer = "yes" if received == (b"by datagram", b"by stream") and apart else "mixed"
    return answer, f"{received}"


@check
def two_binders():
    """bind, over TCP with SO_REUSEADDR, as Node sets it"""
    receiver, door = udp(), listening()
    by_udp = code(udp, *receiver.getsockname())
    by_tcp = code(listening, *door.getsockname())
    answer = "both" if by_udp == "EADDRINUSE" else "tcp"
    return answer if by_tcp == "EADDRINUSE" else None, f"{by_udp}; {by_tcp}"


@check
def all_addresses():
    """SO_REUSEADDR, at 0.0.0.0 and at 127.0.0.1"""
    wide, narrow = [socket.socket(socket.AF_INET, UDP) for _ in range(2)]
    for made in (wide, narrow):
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    wide.bind(("", 0))
    place = (HERE, wide.getsockname()[1])
    plain, asked = code(udp, *place), code(narrow.bind, place)
    udp().sendto(b"x", place)
    exact = narrow in select.select([wide, narrow], [], [])[0]
    door = listening("")
    by_tcp = code(listening, HERE, door.getsockname()[1])
    apart = code(listening, "127.0.0.2", listening().getsockname()[1])
    told = f"{plain}, {asked}, exact: {exact}; {by_tcp}; two addresses: {apart}"
    if by_tcp == "done":
        return "yes" if plain == "done" else None, told
    if (plain, asked) != ("EADDRINUSE", "done"):
        return "no", told
    return "asked" if exact else "first", told


@check
def shared_port():
    """SO_REUSEADDR on two sockets"""
    first, second = [socket.socket(socket.AF_INET, UDP) for _ in range(2)]
    port = 0
    for made in (first, second):
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HERE, port))
        port = made.getsockname()[1]
    sender = udp()
    for _ in range(10):
        sender.sendto(b"x", (HERE, port))
    counts = [0, 0]
    while sum(counts) < 10:
        for index, made in enumerate((first, second)):
            counts[index] += 0 if silent(made, 0.01) else len(made.recv(10))
    door = listening()
    by_tcp = code(listening, *door.getsockname())
    answer = {(0, 10): "one", (10, 0): "one", (10, 10): "copies"}
    return answer.get(tuple(counts), "shared"), f"{counts}; {by_tcp}"


@check
def reuse_port():
    """SO_REUSEPORT on two sockets, and 40 clients"""
    counts = []
    for kind in (UDP, TCP):
        pair, port = [socket.socket(socket.AF_INET, kind) for _ in range(2)], 0
        for made in pair:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            made.bind((HERE, port))
            port = made.getsockname()[1]
            if kind == TCP:
                made.listen(128)
        clients = [socket.socket(socket.AF_INET, kind) for _ in range(40)]
        for client in clients:
            client.connect((HERE, port))
            client.send(b"x")
        got = dict.fromkeys(pair, 0)
        while sum(got.values()) < 40:
            for made in select.select(pair, [], [])[0]:
                got[made] += 1
                made.recv(10) if kind == UDP else made.accept()
        counts.append(list(got.values()))
    shared = all(0 < count < 40 for pair in counts for count in pair)
    last = all(pair == [0, 40] for pair in counts)
    return "shared" if shared else "last" if last else None, f"{counts}"


def goodbye(first, second):
    """Ends a connection; `first` says goodbye first, and is left in TIME_WAIT."""
    first.shutdown(socket.SHUT_WR)
    second.recv(1)
    second.close()
    first.recv(1)
    first.close()


@check
def restart():
    """bind with and without SO_REUSEADDR, after a server with and without it"""
    with udp() as made:
        place = made.getsockname()
    by_udp = code(udp, *place)
    codes = {}
    for before in (True, False):
        for after in (True, False):
            door = listening(reuse=before)
            client = socket.create_connection(door.getsockname())
            goodbye(door.accept()[0], client)
            place = door.getsockname()
            door.close()
            codes[before, after] = code(listening, *place, 128, after)
    with_both = codes.pop((True, True))
    assert set(codes.values()) == {"EADDRINUSE"}, codes
    done = [by_udp == "done", with_both == "done"]
    answer = "both" if all(done) else "udp" if done[0] else "neither"
    return answer, f"{by_udp}; both set it: {with_both}, otherwise EADDRINUSE"


@check
def time_wait():
    """bind with and without SO_REUSEADDR, and time stamps turned off"""
    with udp() as made:
        place = made.getsockname()
    by_udp = code(udp, *place)
    door = listening()

    def talk(port=None, reuse=True):
        client = socket.socket()
        if port is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(reuse))
            client.bind((HERE, port))
        client.connect(door.getsockname())
        own = client.getsockname()[1]
        goodbye(client, door.accept()[0])
        return own

    chosen = code(talk, talk())
    unmarked = code(talk, talk(0, reuse=False))
    named = code(talk, talk(0))
    told = f"{by_udp}; chosen {chosen}, without SO_REUSEADDR {unmarked}, named {named}"
    if ALONE:
        with open("/proc/sys/net/ipv4/tcp_timestamps", "w") as setting:
            setting.write("0")
        plain = code(talk, talk(0))
        assert plain == "EADDRNOTAVAIL", plain
        told += f", without time stamps {plain}"
    if named != "done":
        return "udp" if by_udp == "done" else "neither", told
    return "named" if chosen == unmarked == "EADDRINUSE" else "both", told


@check
def reused_port():
    """a server that resets, and another on its port"""
    old, sender = udp(), udp()
    place = old.getsockname()
    sender.sendto(b"hello", place)
    old.recv(10)
    old.close()
    heir = udp(*place)
    sender.sendto(b"for the old one", place)
    datagram = heir.recv(100)
    door = listening()
    client = socket.create_connection(door.getsockname())
    accepted = door.accept()[0]
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    place = door.getsockname()
    accepted.close()
    door.close()
    heir = listening(*place)
    await_reset(client)
    sent = code(client.send, b"for the old one")
    fresh = socket.create_connection(place)
    accepted = heir.accept()[0]
    quiet = silent(accepted)
    new = datagram == b"for the old one"
    answer = "udp" if new and sent != "done" and quiet else "both" if new else None
    return answer, f"{datagram}; {sent}, {fresh.getpeername() == place}, silent: {quiet}"


@check
def own_ports():
    """recvfrom and accept, three times"""
    receiver, sender, door = udp(), udp(), listening()
    datagrams, streams, clients = set(), set(), []
    for _ in range(3):
        sender.sendto(b"x", receiver.getsockname())
        datagrams.add(receiver.recvfrom(10)[1])
        clients.append(socket.create_connection(door.getsockname()))
        streams.add(door.accept()[1])
    counts = len(datagrams), len(streams)
    answer = {(1, 1): "one", (1, 3): "tcp", (3, 3): "three"}.get(counts)
    return answer, f"{counts}"


@check
def one_socket_for_all():
    """the server's descriptors, counted"""
    receiver = udp()
    clients = [udp() for _ in range(5)]
    for client in clients:
        client.sendto(b"x", receiver.getsockname())
    for _ in clients:
        data, place = receiver.recvfrom(10)
        receiver.sendto(data, place)
    assert all(client.recv(10) == b"x" for client in clients)
    descriptors = len(os.listdir("/proc/self/fd"))
    door = listening()
    ours, theirs = [], []
    for _ in range(5):
        theirs.append(socket.create_connection(door.getsockname()))
        ours.append(door.accept()[0])
    sockets = len(os.listdir("/proc/self/fd")) - descriptors - len(theirs)
    for client, server in zip(theirs, ours):
        client.sendall(b"x")
        server.sendall(server.recv(10))
        assert client.recv(10) == b"x"
    return {1: "one", 5: "five", 6: "six"}.get(sockets), f"1; {sockets}"


@check
def one_at_a_time():
    """one thread for all connections, and a thread for each"""
    receiver, sender = udp(), udp()
    sender.sendto(b"hello", receiver.getsockname())
    receiver.sendto(*receiver.recvfrom(10))
    datagram = sender.recv(10)

    def serve(accepted):
        while data := accepted.recv(100):
            accepted.sendall(data)
        accepted.close()

    def in_turn(door):
        while True:
            serve(door.accept()[0])

    def side_by_side(door):
        while True:
            threading.Thread(target=serve, args=door.accept()[:1], daemon=True).start()

    waited = []
    for server, patience in ((in_turn, 0.5), (side_by_side, 20)):
        door = listening()
        threading.Thread(target=server, args=(door,), daemon=True).start()
        quiet = socket.create_connection(door.getsockname())
        asking = socket.create_connection(door.getsockname())
        asking.sendall(b"hello")
        waited.append(silent(asking, patience))
        quiet.close()
        assert exactly(asking, 5) == b"hello"
    answer = "once" if not waited[0] else None if waited[1] else "later"
    return answer, f"{datagram}; waited: {waited}"


@check
def strangers():
    """a second client, over both"""
    receiver, friend, stranger = udp(), udp(), udp()
    received = []
    for sender, word in ((friend, b"1"), (stranger, b"?"), (friend, b"2")):
        sender.sendto(word, receiver.getsockname())
        received.append(receiver.recvfrom(10))
    words = [word for word, _ in received]
    senders = len({place for _, place in received})
    door = listening()
    client = socket.create_connection(door.getsockname())
    server = door.accept()[0]
    client.sendall(b"1")
    other = socket.create_connection(door.getsockname())
    other.sendall(b"?")
    apart = door.accept()[0].recv(1)
    client.sendall(b"2")
    stream = exactly(server, 2)
    answer = ("udp" if stream == b"12" else "both") if words[1] == b"?" else "no"
    return answer, f"{words} of {senders}; {stream}, apart {apart}"


@check
def uppercase_loop():
    """a forged datagram from a raw socket, raw(7)"""
    servers = udp(), udp()
    places = [made.getsockname() for made in servers]
    payload = b"hello"
    header = struct.pack("!HHHH", places[1][1], places[0][1], 8 + len(payload), 0)
    try:
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
    except PermissionError:
        raise NotHere("to forge a datagram wants root")
    raw.sendto(header + payload, (HERE, 0))
    followed = 0
    while followed < 1000 and select.select(servers, [], [], 0.5)[0]:
        for made in select.select(servers, [], [])[0]:
            data, place = made.recvfrom(100)
            assert place in places
            made.sendto(data.upper(), place)
            followed += 1
    names = {0: "none", 1: "one", 2: "two", 1000: "endless"}
    return names.get(min(followed, 1000)), f"stopped after {followed}"


@check
def connected_filter():
    """a datagram before connect, one after it, and the friend's"""
    here, friend, stranger = udp(), udp(), udp()
    stranger.sendto(b"early", here.getsockname())
    here.connect(friend.getsockname())
    stranger.sendto(b"stranger", here.getsockname())
    friend.sendto(b"friend", here.getsockname())
    received = []
    while b"friend" not in received:  # one machine keeps their order
        received.append(here.recv(100))
    names = {
        (b"early", b"friend"): "waiting",
        (b"friend",): "friend",
        (b"early", b"stranger", b"friend"): "both",
    }
    return names.get(tuple(received)), f"{received}"


# Families and groups.


@check
def two_families():
    """sockets bound to ::1, clients of 127.0.0.1"""
    receiver = socket.socket(socket.AF_INET6, UDP)
    if code(receiver.bind, ("::1", 0)) != "done":
        raise NotHere("this machine has no ::1")
    port = receiver.getsockname()[1]
    udp().sendto(b"hello", (HERE, port))
    quiet = silent(receiver)
    door = socket.socket(socket.AF_INET6, TCP)
    door.bind(("::1", port))
    door.listen()
    wrong = code(socket.create_connection, (HERE, port))
    right = code(socket.create_connection, ("::1", port))
    names = {(True, "ECONNREFUSED"): "no", (False, "done"): "yes", (True, "done"): "tcp"}
    return names.get((quiet, wrong)), f"UDP silent: {quiet}; {wrong}, by ::1 {right}"


@check
def dual_stack():
    """sockets bound to ::, with the system's own IPV6_V6ONLY"""
    receiver = socket.socket(socket.AF_INET6, UDP)
    if code(receiver.bind, ("::", 0)) != "done":
        raise NotHere("this machine has no IPv6")
    port = receiver.getsockname()[1]
    sender = udp()
    sender.sendto(b"hello", (HERE, port))
    if silent(receiver):
        return "no", "nothing came"
    seen = [receiver.recvfrom(10)[1][0]]
    door = socket.socket(socket.AF_INET6, TCP)
    door.bind(("::", port))
    door.listen()
    client = socket.create_connection((HERE, port))
    seen.append(door.accept()[1][0])
    client.close()
    names = {"::ffff:127.0.0.1": "both", HERE: "plain"}
    return names.get(seen[0]) if seen[0] == seen[1] else None, f"{seen}"


@check
def broadcast():
    """SO_BROADCAST, and two sockets at 127.255.255.255"""
    everybody = "127.255.255.255"
    listeners = [socket.socket(socket.AF_INET, UDP) for _ in range(2)]
    port = 0
    for made in listeners:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((everybody, port))
        port = made.getsockname()[1]
    sender = udp()
    plain = code(sender.sendto, b"hear", (everybody, port))
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sender.sendto(b"hear", (everybody, port))
    heard = [made.recv(10) for made in listeners]
    by_tcp = code(socket.socket().connect, (everybody, port))
    answer = "both" if by_tcp == "done" else "asked" if plain == "EACCES" else "plain"
    return answer, f"{plain}, then {heard}; {by_tcp}"


@check
def multicast():
    """two members and an outsider, bound to all addresses"""
    group = "239.255.7.9"
    sockets = [socket.socket(socket.AF_INET, UDP) for _ in range(3)]
    port = 0
    for made in sockets:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("", port))
        port = made.getsockname()[1]
    here = socket.inet_aton(HERE)
    for member in sockets[:2]:
        request = socket.inet_aton(group) + here
        member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
    sender = udp()
    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 0)
    sender.sendto(b"to all", (group, port))
    heard = [not silent(made, 0.5) for made in sockets]
    by_tcp = code(socket.socket().connect, (group, port))
    names = {(1, 1, 1): "all", (1, 1, 0): "members", (1, 0, 0): "one", (0, 1, 0): "one"}
    return "tcp" if by_tcp == "done" else names.get(tuple(heard)), f"{heard}; {by_tcp}"


WANTS_ALONE = {
    *("nobody-answers", "no-route", "packets-per-echo", "set-up-cost", "closed-window"),
    *("loss", "head-of-line", "order", "duplicates", "checksum", "uppercase-loop", "fragments"),
    *("unacknowledged", "crashed-and-back"),
}
ALONE = False


def main(name):
    global ALONE
    if name == "--list":
        rows = [(name, made.__doc__, name in WANTS_ALONE) for name, made in CHECKS.items()]
        print(json.dumps(rows))
        return 0
    try:
        try:
            be_alone()  # nobody else's sockets and packets
            ALONE = True
        except NotHere:
            if name in WANTS_ALONE:
                raise
        answer, told = CHECKS[name]()
    except NotHere as reason:
        print(reason, file=sys.stderr)
        return 3
    print(json.dumps({"answer": answer, "told": told}))
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1])
    sys.stdout.flush()
    os._exit(status)  # a link's thread has no end
