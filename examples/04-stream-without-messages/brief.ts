/** The first 15 characters of a text, and the last 4, for one line. */
export function brief(text: string): string {
  return text.length < 20 ? text : `${text.slice(0, 15)} … ${text.slice(-4)}`;
}
