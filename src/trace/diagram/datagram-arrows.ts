/**
 * Datagrams as arrows: one for every arrival, and one with a cross for each that had none.
 *
 *   send ──"one"───────────► receive            delivered
 *   send ──lost: "two"──✗                       lost
 *   send ──"three"─╮ ╭─────► receive
 *   send ──"four"──╰─╯─────► receive, late      overtaken: the arrows cross
 *   send ──"five"─────┬────► receive
 *                     ╰────► receive again      duplicate
 *
 * Pure.
 */
import type { Arrival, Datagram, Flow, JoinedTrace, Line } from '../joined/index.ts';
import { visible } from '../../common/text/index.ts';
import { preview } from './labels.ts';
import { ladderWords } from './ladder-words.ts';
import type { Marks } from './marks.ts';
import type { Arrow, Fortune, Mark, Words } from './story.ts';
import { talkBetween } from './talks.ts';
import { duration, size } from './words.ts';

type Draft = Omit<Arrow, 'id' | 'talk' | 'kind'>;

/** Those of which at least one end is in the picture. */
export function datagramArrows(trace: JoinedTrace, marks: Marks): Arrow[] {
  const arrows: Arrow[] = [];
  for (const flow of trace.flows) {
    // A datagram that the system refused went nowhere: a column for it would suggest that somebody
    // was asked.
    const there = trace.sockets[flow.to]!.traced;
    if (!there && flow.datagrams.every(({ fate }) => fate === 'failed')) continue;
    const talk = talkBetween(flow.from, flow.to);
    for (const datagram of flow.datagrams) {
      for (const draft of draftsOf(flow, datagram, marks)) {
        for (const { mark } of [draft.from, draft.to]) if (mark) mark.talk = talk;
        arrows.push({ id: 0, kind: 'datagram', talk, ...draft });
      }
    }
  }
  return arrows;
}

function draftsOf(flow: Flow, { send, arrivals, fate }: Datagram, marks: Marks): Draft[] {
  if (arrivals.length === 0) {
    const mark = marks.of(send);
    return send && mark ? [withoutArrival(flow, send, fate, marks)] : [];
  }
  return arrivals
    .filter(({ receive }) => marks.of(send) ?? marks.of(receive))
    .map((arrival) => {
      const fortunes = fortunesOf(arrival, arrival !== arrivals[0]);
      if (send) tellReceiver(marks.of(arrival.receive), send, fortunes);
      return delivered(flow, { send, arrival, fortunes }, marks);
    });
}

function withoutArrival(
  flow: Flow,
  send: Line<'send'>,
  fate: Datagram['fate'],
  marks: Marks,
): Draft {
  const what = whatIsIn(send);
  const why =
    fate === 'unseen' ? (flow.unwatched ?? 'another socket has its address') : '';
  const [label, about] = WITHOUT_ARRIVAL[fate](what, visible(send.error ?? why));
  return {
    fate,
    from: marks.end(flow.from, send),
    to: { lane: flow.to },
    label,
    fortunes: [],
    labelAtEnd: false,
    about: `${size(send.bytes)}: ${about}`,
  };
}

function whatIsIn(event: Line<'send'> | Line<'receive'>): string {
  return ladderWords(event) ?? preview(event) ?? size(event.bytes);
}

const WITHOUT_ARRIVAL: Record<
  Datagram['fate'],
  (what: string, why: string) => [label: Words, about: string]
> = {
  lost: (what) => [
    [`lost: ${what}`, 'lost'],
    'nobody there received it, and the sender is not told',
  ],
  nobody: (what) => [
    [`nobody there: ${what}`, 'nobody there'],
    'nothing shows that anybody was there to get it, and the sender is not told',
  ],
  // The mark says why already.
  failed: (_, error) => [[], `the system did not send it: ${error}`],
  unseen: (what, why) => [[what], `not seen here: ${why}`],
  // Has an arrival, and so another arrow; listed here to complete the table.
  delivered: (what) => [[what], 'it arrived'],
};

interface Delivery {
  send: Line<'send'> | undefined;
  arrival: Arrival;
  fortunes: Fortune[];
}

function delivered(
  flow: Flow,
  { send, arrival, fortunes }: Delivery,
  marks: Marks,
): Draft {
  const { receive } = arrival;
  const what = whatIsIn(receive);
  const stories = fortunes.map((fortune) => FORTUNES[fortune].about);
  const about = send
    ? [`${size(receive.bytes)} in ${duration(receive.t - send.t)}`, ...stories].join(', ')
    : `${size(receive.bytes)}: the sender was not traced`;
  return {
    fate: send ? 'delivered' : 'unseen',
    from: marks.end(flow.from, send),
    to: marks.end(flow.to, receive),
    label: labelOf(what, fortunes),
    fortunes,
    labelAtEnd: marks.of(send) === undefined,
    about,
  };
}

/**
 * The content of a duplicate is shown at its first copy; the repetition is marked where its arrow
 * ends.
 */
function labelOf(what: string, fortunes: readonly Fortune[]): Words {
  if (fortunes.includes('duplicate')) return [];
  const [first] = fortunes.map((fortune) => FORTUNES[fortune].prefix);
  return first === undefined ? [what] : [`${first}: ${what}`, first];
}

const FORTUNES: Record<Fortune, { prefix: string; about: string }> = {
  duplicate: { prefix: 'again', about: 'a duplicate: it had arrived before' },
  overtaken: { prefix: 'late', about: 'overtaken by one that was sent later' },
  truncated: { prefix: 'cut', about: 'cut: the rest of it is lost' },
  corrupted: { prefix: 'corrupted', about: 'corrupted: a bit was flipped on its way' },
};

function fortunesOf(
  { overtaken, truncated, corrupted }: Arrival,
  duplicate: boolean,
): Fortune[] {
  return [
    ...(duplicate ? (['duplicate'] as const) : []),
    ...(overtaken ? (['overtaken'] as const) : []),
    ...(truncated ? (['truncated'] as const) : []),
    ...(corrupted ? (['corrupted'] as const) : []),
  ];
}

function tellReceiver(
  mark: Mark | undefined,
  send: Line<'send'>,
  fortunes: readonly Fortune[],
): void {
  if (mark?.event?.type !== 'receive' || fortunes.length === 0) return;
  const { bytes } = mark.event;
  const amount = fortunes.includes('truncated')
    ? `${bytes} of ${size(send.bytes)}`
    : size(bytes);
  const words = fortunes.map((fortune) => FORTUNES[fortune].prefix).join(', ');
  const verb = mark.label.at(-1)!;
  mark.label = [`${verb} ${amount}, ${words}`, `${verb}, ${words}`, verb];
  mark.notes.push(...fortunes.map((fortune) => FORTUNES[fortune].about));
}
