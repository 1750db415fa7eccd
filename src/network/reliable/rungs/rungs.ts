/** The ladder: its rungs, the lowest first. Pure. */
import type { CongestionControl } from '../congestion.ts';
import type { Core } from '../core.ts';
import type { RungOptions } from '../options.ts';
import type { Packet } from '../packet.ts';
import type { RoundTripTime } from '../round-trip.ts';
import { Sender as CongestionControlSender } from './congestion-control/sender.ts';
import { Receiver as FlowControlReceiver } from './flow-control/receiver.ts';
import { Sender as FlowControlSender } from './flow-control/sender.ts';
import { Receiver as GoBackNReceiver } from './go-back-n/receiver.ts';
import { Sender as GoBackNSender } from './go-back-n/sender.ts';
import { Sender as RoundTripTimeSender } from './round-trip-time/sender.ts';
import { Receiver as SelectiveRepeatReceiver } from './selective-repeat/receiver.ts';
import { Sender as SelectiveRepeatSender } from './selective-repeat/sender.ts';
import { Receiver as StopAndWaitReceiver } from './stop-and-wait/receiver.ts';
import { Sender as StopAndWaitSender } from './stop-and-wait/sender.ts';

interface ReceiverCore extends Core {
  /** How many packets it has taken in: each is delivered, now or later. */
  readonly taken: number;
}

/** What can be seen of a sender of ours. */
export interface SenderCore extends Core {
  /** The number of the next new message. */
  readonly next: number;
  /** What has been sent and not been acknowledged, by its number, the oldest first. */
  readonly flying: ReadonlyMap<number, Packet>;
  /** Of these, the ones presumed lost. */
  readonly lost?: ReadonlySet<number>;
  /** The number of the first packet that the receiver has no room for. */
  readonly edge?: number;
  readonly roundTrip?: RoundTripTime;
  readonly congestion?: CongestionControl;
}

export interface Rung {
  name: string;
  sender: (options: RungOptions) => Core;
  receiver: (options: RungOptions) => ReceiverCore;
  /** Whether its receiver keeps messages until they are read, and says how much room it has. */
  keeps: boolean;
}

export interface OurRung extends Rung {
  sender: (options: RungOptions) => SenderCore;
}

type Maker<Made> = new (options: RungOptions) => Made;

function rung(
  name: string,
  Sender: Maker<SenderCore>,
  Receiver: Maker<ReceiverCore>,
  keeps = false,
): OurRung {
  return {
    name,
    sender: (options) => new Sender(options),
    receiver: (options) => new Receiver(options),
    keeps,
  };
}

export const RUNGS: readonly OurRung[] = [
  rung('stop-and-wait', StopAndWaitSender, StopAndWaitReceiver),
  rung('go-back-n', GoBackNSender, GoBackNReceiver),
  rung('selective-repeat', SelectiveRepeatSender, SelectiveRepeatReceiver),
  rung('round-trip-time', RoundTripTimeSender, SelectiveRepeatReceiver),
  rung('flow-control', FlowControlSender, FlowControlReceiver, true),
  rung('congestion-control', CongestionControlSender, FlowControlReceiver, true),
];

/** The rung with this name, which is one of theirs. */
export function rungNamed(name: string): OurRung {
  return RUNGS.find((rung) => rung.name === name)!;
}
