/**
 * Answer: For those that change something each time: "sell one", "add 10". You may ask
 * "what is the price?" or "set it to 10" twice without harm.
 *
 * Give a question that changes something a number, and let the server remember its
 * answers. If a number comes again, the server repeats the answer and does not repeat
 * the work. The memory must outlive the server, or be shared with the next one.
 * See:
 *   asked twice, "sell one" has sold 2
 *   asked twice with a number, "sell one" has sold 1
 */
let sold = 0;
const answers = new Map<number, string>();

function sellOne(): string {
  sold += 1;
  return `sold number ${sold}`;
}

function sellOnce(number: number): string {
  const answer = answers.get(number) ?? sellOne();
  answers.set(number, answer);
  return answer;
}

sellOne();
sellOne(); // no answer came in time, so it is asked again
console.log(`asked twice, "sell one" has sold ${sold}`);

sold = 0;
sellOnce(1);
sellOnce(1);
console.log(`asked twice with a number, "sell one" has sold ${sold}`);
