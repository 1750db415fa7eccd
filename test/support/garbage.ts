/** Checks that an object can be garbage-collected. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** Collects all garbage, at once. */
export const collect = runInNewContext('gc') as () => void;

/** Whether nobody holds it any more. */
export async function isFree(memory: WeakRef<object>): Promise<boolean> {
  for (let i = 0; i < 10 && memory.deref() !== undefined; i += 1) {
    // What has been looked at lives until the end of that turn of the event loop.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    collect();
  }
  return memory.deref() === undefined;
}
