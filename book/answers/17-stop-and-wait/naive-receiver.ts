/**
 * Answer: It is right for these four payments. It is wrong if two payments in a row are
 * equal: the second is mistaken for a repeat of the first.
 *
 * What a packet says does not show which packet it is. A number does, if the sender
 * gives each packet one.
 * See:
 *   paid 10, 20, 30 and 40; 30 came again: counted 100 of 100
 *   paid 10, 20, 20 and 40; nothing came again: counted 70 of 90
 */

/** What a receiver counts if it ignores every payment that equals the one before. */
function counted(packets: readonly number[]): number {
  const kept = packets.filter((euros, index) => euros !== packets[index - 1]);
  return kept.reduce((sum, euros) => sum + euros, 0);
}

const repeated = counted([10, 20, 30, 30, 40]);
console.log(`paid 10, 20, 30 and 40; 30 came again: counted ${repeated} of 100`);
const equal = counted([10, 20, 20, 40]);
console.log(`paid 10, 20, 20 and 40; nothing came again: counted ${equal} of 90`);
