// SHA-256 of a reference, in hexadecimal digits: what the server shows instead of a reference that opens a conversation.
// The browser's own answers later, and only over https; this one is for one block, so at most 55 ASCII characters.

/** The first 32 bits behind the point of a root of each of the first primes, as the standard takes its constants. */
function fractions(count: number, root: number): number[] {
  const found: number[] = [];
  for (let number = 2, primes: number[] = []; found.length < count; number += 1) {
    if (primes.some((prime) => number % prime === 0)) continue;
    primes = [...primes, number];
    found.push((number ** (1 / root) % 1) * 2 ** 32);
  }
  return found.map((value) => value | 0);
}

const START = fractions(8, 2);
const ROUND = fractions(64, 3);

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** The digest of at most 55 ASCII characters. */
export function digest(text: string): string {
  const words = expanded(text);
  let [a, b, c, d, e, f, g, h] = START as [number, number, number, number, number, number, number, number];
  words.forEach((word, round) => {
    const mixed = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + mixed + ((e & f) ^ (~e & g)) + (ROUND[round] as number) + word) | 0;
    const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
  });
  return [a, b, c, d, e, f, g, h]
    .map((word, place) => ((word + (START[place] as number)) >>> 0).toString(16).padStart(8, "0"))
    .join("");
}

/** The one block with its length behind it, drawn out to a word for each round. */
function expanded(text: string): number[] {
  const words = new Array<number>(16).fill(0);
  [...`${text}\x80`].forEach((letter, place) => {
    words[place >> 2] = (words[place >> 2] as number) | (letter.charCodeAt(0) << (24 - 8 * (place % 4)));
  });
  words[15] = text.length * 8;
  for (let place = 16; place < 64; place += 1) {
    const [first, second, middle, last] = [16, 15, 7, 2].map((back) => words[place - back] as number) as [
      number,
      number,
      number,
      number,
    ];
    const low = turned(second, 7) ^ turned(second, 18) ^ (second >>> 3);
    const high = turned(last, 17) ^ turned(last, 19) ^ (last >>> 10);
    words[place] = (first + low + middle + high) | 0;
  }
  return words;
}
