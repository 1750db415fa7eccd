/** Shows the progress of a long job, if somebody is watching. */

/** @param words what the format has in braces besides bar, value, total, percentage and ETA */
type ShowProgress = (
  done: number,
  total: number,
  words?: Readonly<Record<string, string>>,
) => void;

/**
 * Shows a bar on stderr, so that stdout can be piped, from the first update to the end of the
 * work; nothing where stderr is not a terminal.
 * @param format in the form of cli-progress: `{bar} {value} of {total}`
 */
export async function withProgress<T>(
  format: string,
  work: (show: ShowProgress) => Promise<T>,
): Promise<T> {
  if (!process.stderr.isTTY) return await work(() => {});
  const { Presets, SingleBar } = await import('cli-progress');
  const options = { format, clearOnComplete: true, hideCursor: true };
  const bar = new SingleBar(options, Presets.shades_classic);
  try {
    return await work((done, total, words = {}) => {
      if (!bar.isActive) bar.start(total, done, words);
      bar.setTotal(total);
      bar.update(done, words);
    });
  } finally {
    bar.stop();
  }
}
