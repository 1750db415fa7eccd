/** What `ladder new` writes repeats what a core is told and answers: it says what the source says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coreOptions } from '../../../../../src/cli/ladder/core-options.ts';
import { newCore } from '../../../../../src/network/reliable/check/new-core.ts';
import { packetOf } from '../../../../../src/network/reliable/packet.ts';
import { rungOptions } from '../../../../../src/network/reliable/options.ts';
import { RUNGS } from '../../../../../src/network/reliable/rungs/rungs.ts';
import { ROOT } from '../../../../support/places.ts';

const source = (file: string): string =>
  readFileSync(join(ROOT, 'src/network/reliable', file), 'utf8');
const core = source('core.ts');
const packet = source('packet.ts');
const typescript = newCore('.ts')!;

/** The fields of an interface, as `name: type`. */
function fields(text: string, name: string): string[] {
  const plain = text.replaceAll(/\{ from[^}]*\}/g, 'Block');
  const [, body = ''] = new RegExp(`interface ${name} \\{\n([^}]*?\n)\\}`).exec(plain)!;
  return [...body.matchAll(/^ {2}(\w+: .+);$/gm)].map(([, field]) => field!);
}

/** The members of a union, without the comments between them. */
function union(text: string, name: string): string[] {
  const [, body = ''] = new RegExp(`type ${name} =([^;]*(?:;[^;\n][^;]*)*);\n`).exec(
    text,
  )!;
  return body
    .split('|')
    .map((member) => member.replaceAll(/\/\*\*.*\*\//g, '').trim())
    .filter((member) => member !== '');
}

describe('a new core in TypeScript', () => {
  it('has the options of a rung', () => {
    expect(fields(typescript, 'Options')).toEqual(
      fields(source('options.ts'), 'RungOptions'),
    );
  });

  it('has the fields of a packet', () => {
    const kinds = /type Kind = (.*);/.exec(packet)![1]!;
    const ours = fields(packet, 'Packet').map((field) =>
      field.replace('Kind', kinds).replace('readonly ', ''),
    );
    expect(fields(typescript, 'Packet').toSorted()).toEqual(ours.toSorted());
  });

  it('has the events and the actions', () => {
    const events = union(core, 'CoreEvent').map(
      (name) => `{ ${fields(core, name).join('; ')} }`,
    );
    expect(union(typescript, 'Event').toSorted()).toEqual(events.toSorted());
    const actions = union(typescript, 'Action');
    expect(actions.map((one) => one.replace('Sent', 'Packet'))).toEqual(
      union(core, 'Action'),
    );
  });
});

describe('a new core in Python', () => {
  const [, options = '', named = ''] = /(options: [^]*?\n\n)(packet: [^]*?\n\n)/.exec(
    newCore('.py')!,
  )!;
  const words = (text: string): string[] => text.match(/[a-z]+/g) ?? [];

  it('names the options and the fields of a packet', () => {
    expect(words(options)).toEqual(expect.arrayContaining(Object.keys(rungOptions())));
    const some = packetOf({ kind: 'data', session: 1, seq: 0 });
    expect(words(named)).toEqual(expect.arrayContaining(Object.keys(some)));
  });
});

it('a core can be checked as any rung of the ladder', () => {
  expect(coreOptions.rung.choices).toEqual(RUNGS.map(({ name }) => name));
});
