/** A socket of Python's libzmq binding, driven line by line. See test/interop/peers/zmq_peer.py. */
import { type Program, type Programs } from './programs.ts';

export class PythonSocket {
  readonly program: Program;
  #read = 0;

  constructor(
    programs: Programs,
    type: string,
    way: 'bind' | 'connect',
    address: string,
    ...options: string[]
  ) {
    const file = 'test/interop/peers/zmq_peer.py';
    this.program = programs.python(file, type, way, address, ...options);
  }

  /** The address that it is bound or connected to. */
  async address(): Promise<string> {
    return (await this.#line()).slice('at '.length);
  }

  async send(...parts: string[]): Promise<void> {
    await this.#ask('send', ...parts);
  }

  /** Parts as latin1, so that no byte is lost; or the error's text as only part. */
  async receive(): Promise<string[]> {
    const answer = JSON.parse(await this.#ask('recv')) as {
      parts?: string[];
      error?: string;
    };
    return answer.parts ?? [`error: ${answer.error}`];
  }

  async size(): Promise<unknown> {
    return JSON.parse(await this.#ask('size'));
  }

  async blob(size: number): Promise<unknown> {
    return JSON.parse(await this.#ask('blob', String(size)));
  }

  async subscribe(topic: string): Promise<void> {
    await this.#ask('sub', topic);
  }

  async unsubscribe(topic: string): Promise<void> {
    await this.#ask('unsub', topic);
  }

  close(): void {
    this.program.type(JSON.stringify(['close']));
  }

  async #ask(...words: string[]): Promise<string> {
    this.program.type(JSON.stringify(words));
    return this.#line();
  }

  async #line(): Promise<string> {
    this.#read += 1;
    await this.program.printed(new RegExp(`^(?:[^\\n]*\\n){${this.#read}}`));
    return this.program.stdout.split('\n')[this.#read - 1]!;
  }
}
