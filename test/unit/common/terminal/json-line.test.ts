import { expect, it } from 'vitest';
import { jsonLine } from '../../../../src/common/terminal/index.ts';

it('is the same value, in a line in which nothing hides', () => {
  const value = {
    csi: '\u009B2J',
    turned: '\u202Eabc',
    tag: '\u{E0041}',
    å: 'Ståle 🎨\n',
  };
  const line = jsonLine(value);
  expect(line).toBe(
    '{"csi":"\\u009b2J","turned":"\\u202eabc","tag":"\\udb40\\udc41","å":"Ståle 🎨\\n"}\n',
  );
  expect(JSON.parse(line)).toEqual(value);
});
