/**
 * A promise whose rejection may go unseen.
 *
 * A server that tells something to forty peers does not await each `send`, and one of those
 * peers is always just leaving. Node would end the whole process for that one rejection. A
 * broken connection is not such a surprise: whoever awaits the promise still gets the error,
 * and the next call on the same connection gets it again.
 */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(seen);
  return promise;
}

function seen(): void {
  // And told to whoever asks next.
}

export function refusal(error: unknown): Promise<never> {
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own
  return quiet(Promise.reject(error));
}
