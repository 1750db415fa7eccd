/**
 * When a packet may be sent again, and by when it must be. Pure.
 *
 *     stop-and-wait,       its time-out after it was sent last, to the tick
 *     selective-repeat
 *     go-back-n            all that is in flight, the oldest first, when its time-out ends; that
 *                          begins anew with each acknowledgement of something new, and not with
 *                          what is sent meanwhile (Kurose & Ross 3.4.3; RFC 6298 5.1 and 5.3)
 *     round-trip-time,     not before a round trip has passed, and twice as long for each attempt;
 *     flow-control         where all round trips are the same, not much later
 *     congestion-control   before a round trip has passed only when three others overtook it, and
 *                          then at once; where nothing overtakes, the time-out ends it all the same
 */
import { some } from '../../../common/index.ts';
import type { RungOptions } from '../options.ts';
import type { Flight, Flights } from './flights.ts';
import { Foul, must } from './foul.ts';

export interface Clock {
  rung: string;
  options: RungOptions;
  /** The shortest round trip, milliseconds. */
  roundTrip: number;
  /** Whether every round trip takes as long, unless a packet is lost. */
  readonly isSteady: boolean;
}

const OVERTAKEN = 3;
const MOST_DOUBLINGS = 6;
/** How long a sender that has measured may wait: longer than any kind of average allows. */
const PATIENCE = { roundTrips: 6, more: 50 };
/** The first time-out that is measured is three round trips, and the later ones are shorter. */
const LONGEST = { roundTrips: 3, more: 50 };
const ANEW =
  ': the timer is for the oldest packet, and what is sent later does not restart it';
/** Less than a packet's clock can tell, milliseconds. */
const TOLERANCE = 0.001;

export abstract class Timing {
  protected readonly clock: Clock;
  protected readonly flights: Flights;

  constructor(clock: Clock, flights: Flights) {
    this.clock = clock;
    this.flights = flights;
  }

  /** A new message leaves, or something new has been acknowledged. */
  began(_now: number): void {}

  acknowledged(_now: number): void {}

  /** A packet has arrived, and the sender has answered. @throws {Foul} */
  heard(_now: number): void {}

  /** A timer has expired, and the sender has answered. @throws {Foul} */
  expired(_now: number): void {}

  /** A packet is sent again now. @throws {Foul} */
  abstract again(flight: Flight, now: number): void;

  /** Nothing may be overdue. @throws {Foul} */
  abstract late(now: number): void;
}

export function timingOf(clock: Clock, flights: Flights): Timing {
  if (clock.rung === 'go-back-n') return new TheOldest(clock, flights);
  if (clock.rung === 'congestion-control') return new Overtaking(clock, flights);
  const isMeasured = clock.rung === 'round-trip-time' || clock.rung === 'flow-control';
  return new (isMeasured ? Measured : Each)(clock, flights);
}

class Each extends Timing {
  again(flight: Flight, now: number): void {
    const { timeout } = this.clock.options;
    must(isNear(now - flight.at, timeout), 'early', () => {
      return `${sentAgain(flight, now)}; its time-out is ${inMs(timeout)}.`;
    });
  }

  late(now: number): void {
    const { timeout } = this.clock.options;
    for (const { arrived, at, packet } of this.flights.sent) {
      if (arrived || now <= at + timeout + TOLERANCE) continue;
      throw new Foul(
        'late',
        `The sender sent data ${packet.seq} at ${inMs(at)}, and not again at ` +
          `${inMs(at + timeout)}, when its time-out of ${inMs(timeout)} ended.`,
      );
    }
  }
}

class TheOldest extends Timing {
  #due = Infinity;
  /** Whether something new has been sent since the time-out began. */
  #sentSince = false;
  /** The latest that has been sent again because of this time-out. */
  #repeated: Flight | undefined;

  override began(now: number): void {
    if (this.flights.used === 0) this.#start(now);
    else this.#sentSince = true;
  }

  override acknowledged(now: number): void {
    if (this.flights.used > 0) this.#start(now);
    else this.#due = Infinity;
  }

  #start(now: number): void {
    this.#due = now + this.clock.options.timeout;
    this.#sentSince = false;
  }

  again(flight: Flight, now: number): void {
    must(isNear(now, this.#due), 'early', () => {
      const when = inMs(this.#due);
      return `${sentAgain(flight, now)}; the time-out of the oldest in flight ends at ${when}.`;
    });
    const { sent } = this.flights;
    const before = this.#repeated;
    this.#repeated = flight;
    const isInOrder = !before || sent.indexOf(before) < sent.indexOf(flight);
    must(isInOrder, 'order', () => {
      const both = `data ${before!.packet.seq} again before data ${flight.packet.seq}`;
      return `The sender sent ${both}: the receiver throws away what is not next in order.`;
    });
  }

  late(now: number): void {
    const { oldest } = this.flights;
    must(!oldest || now <= this.#due + TOLERANCE, 'late', () => {
      const { timeout } = this.clock.options;
      return (
        `The sender did not send data ${oldest!.packet.seq} again at ${inMs(this.#due)}, ` +
        `when its time-out of ${inMs(timeout)} ended${this.#sentSince ? ANEW : ''}.`
      );
    });
  }

  override expired(now: number): void {
    this.#repeated = undefined;
    if (!isNear(now, this.#due)) return;
    const left = this.flights.sent.find(({ at, known }) => !known && at !== now);
    must(!left, 'late', () => {
      const what = `did not send data ${left!.packet.seq} again, which is in flight too`;
      return `The sender went back, but ${what}.`;
    });
    this.#start(now);
  }
}

class Measured extends Timing {
  again(flight: Flight, now: number): void {
    const { options, roundTrip } = this.clock;
    const { attempt } = flight.packet;
    const least = flight.measured ? roundTrip : Math.min(options.timeout, roundTrip);
    const doubled = 2 ** Math.min(attempt, MOST_DOUBLINGS);
    must(now - flight.at >= least * doubled - TOLERANCE, 'early', () => {
      const why = flight.measured
        ? `a round trip takes ${inMs(roundTrip)}`
        : `nothing has been measured, and the first time-out is ${inMs(options.timeout)}`;
      const times = `attempt ${attempt} waits ${doubled} times as long as the first`;
      return `${sentAgain(flight, now)}, but ${why}${attempt > 0 ? `, and ${times}` : ''}.`;
    });
  }

  late(now: number): void {
    const { isSteady, roundTrip } = this.clock;
    if (!isSteady) return;
    const patience = PATIENCE.roundTrips * roundTrip + PATIENCE.more;
    for (const { arrived, at, measured, packet } of this.flights.sent) {
      const isDue = measured && packet.attempt === 0 && now > at + patience;
      if (arrived || !isDue) continue;
      throw new Foul(
        'late',
        `The sender sent data ${packet.seq} at ${inMs(at)}, and not again by ` +
          `${inMs(at + patience)}: a round trip takes ${inMs(roundTrip)}, and it has ` +
          'measured some.',
      );
    }
  }
}

class Overtaking extends Timing {
  #news = 0;

  again(flight: Flight, now: number): void {
    const isYoung = now - flight.at < this.clock.roundTrip - TOLERANCE;
    if (!flight.measured || !isYoung) return;
    const later = this.flights.sent.filter(
      ({ arrived, order }) => arrived && order > flight.order,
    ).length;
    must(later >= OVERTAKEN, 'early', () => {
      return (
        `${sentAgain(flight, now)}, less than a round trip, when ${some(later, 'later packet')} ` +
        `had arrived: it takes ${OVERTAKEN} to tell a loss from packets out of order.`
      );
    });
  }

  /** The first packet of all that is lost must be sent again at once (RFC 5681 3.2). */
  override heard(now: number): void {
    const { sent } = this.flights;
    if (sent.some(({ packet }) => packet.attempt > 0)) return;
    const lost = sent.find((flight) => {
      const later = sent.filter(({ known, order }) => known && order > flight.order);
      return !flight.arrived && later.length >= OVERTAKEN;
    });
    must(!lost, 'late', () => {
      const what = `did not send data ${lost!.packet.seq} again at ${inMs(now)}`;
      return `The sender ${what}, when ${OVERTAKEN} later packets had arrived.`;
    });
  }

  override acknowledged(now: number): void {
    this.#news = now;
  }

  /** Until one is sent again, none waits for room: a time-out shrinks the window to one packet. */
  late(now: number): void {
    const { isSteady, roundTrip } = this.clock;
    const { sent } = this.flights;
    if (!isSteady || sent.some(({ packet }) => packet.attempt > 0)) return;
    for (const { arrived, at, measured, packet } of sent) {
      const since = Math.max(at, this.#news);
      const end = since + LONGEST.roundTrips * roundTrip + LONGEST.more;
      if (arrived || !measured || now <= end) continue;
      throw new Foul(
        'late',
        `The sender did not send data ${packet.seq} again by ${inMs(end)}, when nothing new ` +
          `had been acknowledged since ${inMs(since)}: a round trip takes ` +
          `${inMs(roundTrip)}, and what is sent meanwhile does not restart a timer.`,
      );
    }
  }
}

function sentAgain({ at, packet }: Flight, now: number): string {
  return `The sender sent data ${packet.seq} again after ${inMs(now - at)}`;
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= TOLERANCE;
}

function inMs(time: number): string {
  return `${+time.toFixed(2)} ms`;
}
