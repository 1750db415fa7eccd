/**
 * From a joined trace to a story. Pure.
 *
 *   select   (view.ts)              which part
 *   marks    (marks.ts, labels.ts)  every event in it is a mark on a lane
 *   arrows   (datagram-arrows.ts,   what goes from mark to mark
 *             connection-arrows.ts)
 *   acts     (acts.ts)              who plays together
 *   lanes    (columns.ts, lanes.ts) who has room
 *   lives    (lives.ts)             from when to when each socket was there
 */
import { MisuseError } from '../../common/index.ts';
import { visible } from '../../common/text/index.ts';
import type { JoinedTrace } from '../joined/index.ts';
import { chooseLanes, type LaneRoom, socketsOf } from './columns.ts';
import { connectionArrows } from './connection-arrows.ts';
import { datagramArrows } from './datagram-arrows.ts';
import { groupsOf, laneOf } from './lanes.ts';
import { livesOf } from './lives.ts';
import { Marks } from './marks.ts';
import { Names } from './names.ts';
import { castOf } from './acts.ts';
import type { Act, Arrow, Story } from './story.ts';
import { talksOf } from './talks.ts';
import { select, type ViewOptions } from './view.ts';

export interface TellOptions extends ViewOptions {
  /** How many lanes there is room for, side by side. */
  lanes: LaneRoom;
}

/**
 * @throws {MisuseError} ERR_BAD_ARGUMENT when there is no such socket, event or time
 * @throws {MisuseError} ERR_BAD_TRACE when nothing happened at all
 */
export function tellStory(trace: JoinedTrace, options: TellOptions): Story {
  if (trace.sockets.length === 0) {
    const why = 'there is nothing to draw: no program of this trace opened a socket';
    throw new MisuseError('ERR_BAD_TRACE', why);
  }
  const names = new Names(trace);
  const selection = select(trace, names, options);
  const marks = new Marks(trace, names, selection);
  const arrows = [
    ...datagramArrows(trace, marks),
    ...connectionArrows(trace, marks),
  ].sort((a, b) => beginning(a) - beginning(b));
  const active = new Set(marks.lanes());
  for (const { from, to } of arrows) active.add(from.lane).add(to.lane);

  const noRoom = new Set<number>();
  const acts = castOf(trace, active, arrows).map((cast): Act => {
    const own = arrows.filter((arrow) => socketsOf(arrow).every((one) => cast.has(one)));
    const places = chooseLanes(trace, cast, own, options.lanes);
    for (const socket of places.noRoom) noRoom.add(socket);
    return actOf(trace, { names, selection, marks, arrows: own, ...places });
  });
  for (const [place, arrow] of acts.flatMap((act) => act.arrows).entries()) {
    arrow.id = place;
  }
  for (const [place, mark] of acts.flatMap((act) => act.marks).entries()) {
    mark.id = place;
  }
  const { from, to, events, before, after, total, notChosen } = selection;
  return {
    command: visible(trace.command.join(' ')),
    view: {
      from,
      to,
      events,
      before,
      after,
      total: { events: total, start: trace.start, stop: trace.stop },
      notChosen,
      traced: tracedOf(trace, active),
      noRoom: [...noRoom].map((id) => names.socket(trace.sockets[id]!)),
      advice: options.advice,
    },
    acts,
    sources: trace.sources,
    problems: trace.problems,
  };
}

function tracedOf(
  { sockets }: JoinedTrace,
  active: ReadonlySet<number>,
): Story['view']['traced'] {
  const owners = [...active]
    .filter((socket) => sockets[socket]!.traced)
    .map((socket) => sockets[socket]!.process);
  return { processes: new Set(owners).size, sockets: owners.length };
}

interface Making {
  names: Names;
  selection: { from: number; to: number };
  marks: Marks;
  arrows: readonly Arrow[];
  columns: ReadonlyMap<number, number>;
}

function actOf(trace: JoinedTrace, making: Making): Act {
  const { names, selection, marks: all, columns } = making;
  const hasRoom = (arrow: Arrow): boolean =>
    socketsOf(arrow).every((socket) => columns.has(socket));
  for (const arrow of making.arrows) if (!hasRoom(arrow)) noteMissing(arrow);
  const arrows = making.arrows.filter(hasRoom);
  const lanes = [...columns].map(([id, column]) => laneOf(trace, id, names, column));
  const groups = groupsOf(trace, names, lanes, (process) => all.exitOf(process));
  const processes = new Set(groups.map(({ id }) => id));
  const marks = all.list(({ lane, group }) =>
    lane === undefined ? processes.has(group) : columns.has(lane),
  );
  return {
    from: marks[0]?.t ?? selection.from,
    to: marks.at(-1)?.t ?? selection.to,
    groups,
    lanes,
    talks: talksOf(arrows, lanes, (id) => trace.sockets[id]!.transport),
    marks,
    arrows,
    lives: lanes.flatMap(({ id }) => livesOf(trace, trace.sockets[id]!, all, selection)),
  };
}

/** An arrow is left out because there is no room for one of its ends. */
function noteMissing({ from, to }: Arrow): void {
  for (const { mark } of [from, to]) {
    mark?.notes.push('there is no room for its other end here');
  }
}

function beginning({ from, to }: Arrow): number {
  return from.mark?.t ?? to.mark!.t;
}
