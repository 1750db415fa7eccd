/*
 * Reliable packets with ENet: how long until the last one has arrived? For ladder-peers.ts.
 *
 *   cc -O2 -o enet-bulk bench/enet-bulk.c -lenet
 *   enet-bulk PACKETS SIZE
 *
 * Prints the server's port, reads from stdin the port to which the client shall send (that of a
 * relay in between), and prints the milliseconds from the first packet to the last one's arrival.
 */
#include <enet/enet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Milliseconds without an answer before a client gives up: a lossy link must not end the run. */
#define PATIENCE 300000

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void fail(const char *why) {
  fprintf(stderr, "enet-bulk: %s\n", why);
  exit(1);
}

/* Serves one end, without waiting; returns how many packets it has received. */
static int serve(ENetHost *host, int *connected) {
  ENetEvent event;
  int received = 0;
  while (enet_host_service(host, &event, 0) > 0) {
    if (event.type == ENET_EVENT_TYPE_CONNECT) *connected = 1;
    if (event.type == ENET_EVENT_TYPE_DISCONNECT) fail("the connection was lost");
    if (event.type != ENET_EVENT_TYPE_RECEIVE) continue;
    received += 1;
    enet_packet_destroy(event.packet);
  }
  return received;
}

/* Waits until one end has something to read, for at most a millisecond: ENet has timers, too. */
static void wait_for(ENetHost *one, ENetHost *other) {
  ENetSocketSet set;
  ENET_SOCKETSET_EMPTY(set);
  ENET_SOCKETSET_ADD(set, one->socket);
  ENET_SOCKETSET_ADD(set, other->socket);
  ENetSocket last = one->socket > other->socket ? one->socket : other->socket;
  enet_socketset_select(last, &set, NULL, 1);
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage: enet-bulk PACKETS SIZE");
  int packets = atoi(argv[1]), size = atoi(argv[2]);
  if (packets < 1 || size < 1) fail("PACKETS and SIZE are numbers, at least 1");
  if (enet_initialize() != 0) fail("cannot start");

  ENetAddress address;
  enet_address_set_host(&address, "127.0.0.1");
  address.port = 0;
  ENetHost *server = enet_host_create(&address, 1, 1, 0, 0);
  ENetHost *client = enet_host_create(NULL, 1, 1, 0, 0);
  if (!server || !client) fail("no socket");
  enet_socket_get_address(server->socket, &address);
  printf("%d\n", address.port);
  fflush(stdout);

  int port;
  if (scanf("%d", &port) != 1) fail("stdin has no port");
  address.port = port;
  ENetPeer *peer = enet_host_connect(client, &address, 1, 0);
  if (!peer) fail("cannot connect");
  enet_peer_timeout(peer, 0, PATIENCE, PATIENCE);
  int connected = 0, accepted = 0;
  while (!connected || !accepted) {
    serve(client, &connected);
    serve(server, &accepted);
    wait_for(client, server);
  }
  enet_peer_timeout(&server->peers[0], 0, PATIENCE, PATIENCE);

  char *bytes = calloc(size, 1);
  double began = now();
  for (int k = 0; k < packets; k += 1) {
    enet_peer_send(peer, 0, enet_packet_create(bytes, size, ENET_PACKET_FLAG_RELIABLE));
  }
  for (int received = 0; received < packets;) {
    serve(client, &connected);
    received += serve(server, &accepted);
    if (received < packets) wait_for(client, server);
  }
  printf("%.1f\n", now() - began);
  return 0;
}
