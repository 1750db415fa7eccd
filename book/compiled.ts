/** Rooms of the toolkit as they are published: what they start as a process is up sooner. */
import { compiledModule } from '../test/support/places.ts';
import { output } from './sources.ts';

let compiling: Promise<unknown> | undefined;

/** Begins with it, or says when it is done. */
export async function compiled(): Promise<void> {
  compiling ??= output('book/compile.ts');
  await compiling;
}

/** @param room such as `trace`, for `src/trace/index.ts` */
export async function compiledRoom<Room>(room: string): Promise<Room> {
  await compiled();
  return compiledModule<Room>(`src/${room}/index.ts`);
}
