/** What `socketlab auction serve` does: opens a game, or goes on with one. */
import { randomBytes } from 'node:crypto';
import { joinCode, serveAuction } from '../../auction/index.ts';
import { isLoopback, MisuseError } from '../../common/index.ts';
import { ownTerminal } from '../../common/terminal/index.ts';
import { chosenGame, type GameArguments } from '../auction/game-options.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { commandLine } from '../line/program-name.ts';

export interface ServeArguments extends GameArguments {
  host: string | undefined;
  port: number | undefined;
  code: string | boolean | undefined;
  journal: string | undefined;
  resume: boolean;
  board: number | true | undefined;
  publish: number | undefined;
  json: boolean;
}

export async function run(given: ServeArguments): Promise<void> {
  const { board, host, journal, json, port, publish, resume } = given;
  const game = chosenGame(given);
  if (resume && journal === undefined) {
    throw new MisuseError('ERR_BAD_ARGUMENT', '--resume needs --journal FILE');
  }
  const done = await serveAuction(
    {
      game: resume ? game : { seed: randomBytes(4).toString('hex'), ...game },
      host,
      port,
      code: resume && given.code === undefined ? undefined : chosenCode(given),
      journal,
      resume,
      board,
      publish,
      json,
      bidCommand: commandLine('auction bid'),
      signal: onInterrupt({ server: true }),
    },
    ownTerminal(),
  );
  if (!done) process.exitCode ||= 1;
}

/** Others can reach it: then a code keeps the curious out, unless `--no-code` says not. */
function chosenCode({ code, host }: ServeArguments): string | undefined {
  if (code === false) return undefined;
  if (typeof code === 'string') {
    if (/^[A-Za-z0-9]{1,32}$/.test(code)) return code;
    throw new MisuseError('ERR_BAD_ARGUMENT', '--code: 1 to 32 letters and digits');
  }
  return host === undefined || isLoopback(host) ? undefined : joinCode();
}
