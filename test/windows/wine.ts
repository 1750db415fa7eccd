/**
 * Windows' own Node without Windows: Wine, with all that it keeps in a folder of its own.
 *
 * Its paths, processes, signals and pipes are like those of Windows. Its sockets are those of
 * the system beneath, so what TCP and UDP do here says nothing of Windows.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How long Wine may take to set itself up, and a program to end, in milliseconds. */
const LIMIT = 300_000;
/** How long everything that runs under it may take to end by force. */
const END_LIMIT = 30_000;

export interface Ended {
  /** Null when it was killed because it took too long. */
  status: number | null;
  stdout: string;
  stderr: string;
}

export class Wine {
  readonly #folder: string;
  readonly #node: string;
  readonly #env: NodeJS.ProcessEnv;
  #started = 0;

  /**
   * @param folder for all that it writes
   * @param bin where node.exe lies, as this system names it
   */
  constructor(folder: string, bin: string) {
    this.#folder = folder;
    this.#node = join(bin, 'node.exe');
    this.#env = {
      ...process.env,
      DISPLAY: '',
      WINEPREFIX: join(folder, 'prefix'),
      WINEPATH: `Z:${bin.replaceAll('/', '\\')}`, // where Windows looks for programs, too
      WINEDEBUG: '-all',
      // Neither .NET nor a browser, which it would offer to fetch, nor entries in menus.
      WINEDLLOVERRIDES: 'mscoree=;mshtml=;winemenubuilder.exe=',
      NODE_SKIP_PLATFORM_CHECK: '1', // Wine takes itself for Windows 7
    };
    mkdirSync(join(folder, 'output'), { recursive: true });
    mkdirSync(this.#env['WINEPREFIX']!);
  }

  /** @throws when there is no Wine, or it cannot be set up */
  start(): void {
    // Its server stays between two programs, and ends by itself, should we be killed.
    this.#run(LIMIT, 'wineserver', '-p60');
    this.#run(LIMIT, 'wine', 'wineboot', '-i');
  }

  /** The path of a file on Windows' first disk, as this system names it. */
  path(onDrive: string): string {
    const words = onDrive.replace(/^C:/i, 'drive_c').split('\\');
    return join(this.#env['WINEPREFIX']!, ...words);
  }

  /**
   * Runs Windows' Node until it ends.
   * @param printed called when `line` has been printed, with the whole output until then, and
   *   with what kills the program (and nothing else) from outside
   */
  async node(
    args: readonly string[],
    cwd: string,
    line?: RegExp,
    printed?: (output: string, kill: () => void) => Promise<void>,
  ): Promise<Ended> {
    this.#started += 1;
    // Files: a Windows program cannot write to a pipe of this system's.
    const [out, err] = ['out', 'err'].map((name) =>
      join(this.#folder, 'output', `${this.#started}.${name}`),
    ) as [string, string];
    const outputs = [openSync(out, 'w'), openSync(err, 'w')];
    const child = spawn('wine', [this.#node, ...args], {
      cwd,
      env: this.#env,
      stdio: ['ignore', ...outputs],
      timeout: LIMIT,
      killSignal: 'SIGKILL',
    });
    for (const output of outputs) closeSync(output);
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (line && printed) {
      const running = (): boolean => child.exitCode === null && child.signalCode === null;
      // A file tells nobody that it has grown.
      while (running() && !line.test(readFileSync(out, 'utf8'))) await pause(100);
      const kill = (): void => void child.kill('SIGKILL');
      if (running()) await printed(readFileSync(out, 'utf8'), kill);
    }
    const status = await ended;
    return {
      status,
      stdout: readFileSync(out, 'utf8'),
      stderr: readFileSync(err, 'utf8'),
    };
  }

  /** Ends everything that runs under it. */
  end(): void {
    for (const how of ['-k', '-w']) {
      try {
        this.#run(END_LIMIT, 'wineserver', how);
      } catch {
        // Nothing runs, or it does not listen.
      }
    }
  }

  #run(timeout: number, command: string, ...args: string[]): void {
    const how = { timeout, killSignal: 'SIGKILL', stdio: 'ignore' } as const;
    execFileSync(command, args, { ...how, env: this.#env });
  }
}
