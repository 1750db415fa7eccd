/**
 * A preload (`--import`) that ties a lesson's process to the process that started it. When that one
 * is gone, even by kill -9, the channel between them closes, and this process ends too, as if by
 * Ctrl-C, so that the program can tidy up. A lesson's program is also stopped in this way.
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

// Waiting for that must not keep alive a process that has done its work.
process.channel?.unref();
