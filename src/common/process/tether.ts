/**
 * A preload (`--import`) that ties a lesson's process to whoever started it: when that one
 * is gone, even by kill -9, the channel between them closes and this process ends as well. It
 * ends as by Ctrl-C, so that the program can tidy up; the same way stops it in the end.
 */
const IMPATIENCE = 2000; // milliseconds for a program that does not end by itself

const letGo = (): void => {
  const listening = process.emit('SIGINT');
  if (!listening) process.exit(130);
  setTimeout(() => process.exit(130), IMPATIENCE).unref();
};

// It may have gone while this process was starting.
if ('connected' in process && !process.connected) letGo();
process.once('disconnect', letGo);

// Waiting for that must not keep a process alive that has done its work.
process.channel?.unref();
