/** Rooms of the toolkit as they are published: what they start as a process is up sooner. */
import { compile } from '../test/support/compile.ts';
import { compiledModule } from '../test/support/places.ts';

let compiling: Promise<void> | undefined;

/** @param room such as `trace`, for `src/trace/index.ts` */
export async function compiledRoom<Room>(room: string): Promise<Room> {
  compiling ??= compile();
  await compiling;
  return compiledModule<Room>(`src/${room}/index.ts`);
}
