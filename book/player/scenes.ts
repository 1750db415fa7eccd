/** What the player in each lesson of the ladder begins with, and what it invites its reader to do. */
import type { PictureName } from '../../src/network/reliable/player/pictures.ts';
import type { Scene, Setting } from '../../src/network/reliable/player/state.ts';

export interface LessonScene extends Scene {
  /** What to try, in a sentence or two. */
  invite: string;
  /** The settings that a reader may change, in this order. */
  controls: readonly Setting[];
  /** What is drawn beside the arrows, in this order. */
  pictures: readonly PictureName[];
  /** Whether a picture shows two of its senders that share a link. */
  together?: boolean;
}

const USUAL = {
  messages: 8,
  window: 4,
  delay: 20,
  loss: 0,
  seed: 7,
  timeout: 100,
  rate: 1000,
  queue: 100,
  buffer: 1024,
  readEvery: 0,
};

/** By the lesson's folder. */
export const SCENES: Readonly<Record<string, LessonScene>> = {
  '17-stop-and-wait': {
    rung: 'stop-and-wait',
    settings: { ...USUAL, messages: 4, window: 1 },
    lose: 'data1,ack2',
    invite:
      'A packet and an acknowledgement are lost, and the sender repeats both packets. How does ' +
      'the receiver know which of the repeats it already has? Save one packet, or lose another.',
    controls: ['messages', 'delay', 'timeout', 'loss', 'seed'],
    pictures: ['sequence'],
  },
  '18-go-back-n': {
    rung: 'go-back-n',
    settings: USUAL,
    lose: 'data2',
    invite:
      'One packet is lost, and a whole window is sent again. What does a lost acknowledgement ' +
      'cost? Save data2 and lose ack2.',
    controls: ['messages', 'window', 'delay', 'timeout', 'loss', 'seed'],
    pictures: ['window', 'sequence'],
  },
  '19-selective-repeat': {
    rung: 'selective-repeat',
    settings: USUAL,
    lose: 'data2',
    invite:
      'The same packet is lost as in lesson 18, but only that packet is sent again. Lose ack1 ' +
      'too. Does that cost anything?',
    controls: ['messages', 'window', 'delay', 'timeout', 'loss', 'seed'],
    pictures: ['window', 'sequence'],
  },
  '20-round-trip-time': {
    rung: 'round-trip-time',
    settings: { ...USUAL, messages: 12, delay: 60 },
    lose: 'data8',
    invite:
      'A round trip takes more than 120 ms, but the time-out begins at 100 ms, so the first window ' +
      'is sent twice. After that the sender has measured it. Make the delay longer, or lose data8.1 too.',
    controls: ['messages', 'window', 'delay', 'timeout', 'loss', 'seed'],
    pictures: ['window', 'sequence', 'trips'],
  },
  '21-flow-control': {
    rung: 'flow-control',
    settings: { ...USUAL, buffer: 2, readEvery: 100 },
    lose: '',
    invite:
      'The reader takes 100 ms for each message, and the receiver has room for 2. Lose update3. ' +
      'Who asks whether there is room again?',
    controls: ['messages', 'window', 'buffer', 'readEvery', 'delay', 'loss', 'seed'],
    pictures: ['window', 'sequence', 'trips'],
  },
  '22-congestion-control': {
    rung: 'congestion-control',
    settings: { ...USUAL, messages: 30, queue: 8, window: 16 },
    lose: '',
    invite:
      'The queue of the link has room for 8 packets. Watch what the sender does when part of its ' +
      'first burst finds no room. Then make the queue longer.',
    controls: ['messages', 'queue', 'rate', 'delay', 'loss', 'seed'],
    pictures: ['window', 'sequence', 'congestion'],
    together: true,
  },
};
