/**
 * Changes the fates of single packets: this one is lost, that one arrives. Pure.
 *
 *     --lose data1,ack0.1 --save data3      the names of packets: packet-name.ts
 *
 * All other packets have the fate that the link's seed gives them. So the past of a run stays as
 * it was, up to the first packet that an edit changes.
 */
import { misuse } from '../../common/index.ts';
import { type Fate, fatesOf, type Link } from '../link/model/index.ts';
import { nameOf, nameParts, packetName } from './packet-name.ts';

export type Edit = 'lose' | 'save';
/** By the packet's name. */
export type Edits = ReadonlyMap<string, Edit>;

export const NO_EDITS: Edits = new Map();
const MOST = 1000;

/**
 * Reads `data1,ack0.1`, names of packets with commas between them.
 * @throws {MisuseError} ERR_BAD_ARGUMENT with the word that names no packet
 */
export function readEdits(lose = '', save = ''): Edits {
  const edits = new Map<string, Edit>();
  for (const [edit, text] of [['lose', lose] as const, ['save', save] as const]) {
    for (const word of text.split(',').filter(Boolean)) {
      const parts = nameParts(word);
      if (!parts) {
        throw misuse(
          `${JSON.stringify(word)} is not a packet: name it as data1, ack0 or data1.2`,
        );
      }
      const name = packetName(parts);
      if ((edits.get(name) ?? edit) !== edit)
        throw misuse(`${name} cannot be both lost and saved`);
      edits.set(name, edit);
      if (edits.size > MOST) throw misuse(`lose or save at most ${MOST} packets`);
    }
  }
  return edits;
}

/** The names of the packets with this edit, separated by commas. */
export function namesOf(edits: Edits, edit: Edit): string {
  return [...edits].flatMap(([name, own]) => (own === edit ? [name] : [])).join(',');
}

/** The same link, with these fates changed. */
export function edited(link: Link, edits: Edits): Link {
  if (edits.size === 0) return link;
  const fates = fatesOf(link);
  return {
    ...link,
    replay: (direction, k, line, attempt): Fate => {
      const fate = fates(direction, k, line, attempt);
      const name = nameOf(direction, k, line, attempt);
      const edit = name === undefined ? undefined : edits.get(name);
      if (edit === undefined) return fate;
      const { delay } = fate;
      return {
        lost: edit === 'lose',
        delay,
        copies: [],
        overtakenBy: 0,
        flippedAt: -1,
      };
    },
  };
}
