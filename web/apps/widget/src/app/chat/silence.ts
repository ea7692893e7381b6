// The question "are you still there?": until when it may be answered by this device's clock, and whether it has been.
// The server names the same question again in every state; the visitor is asked once. It never counts down itself.

import type { Timestamp } from "../contract";
import type { World } from "./world";

const LONGEST = 600_000;

export class Silence {
  readonly #world: World;
  #question: Timestamp | null = null;
  #answered: Timestamp | null = null;
  #until: number | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** By this device's clock; null when nothing is asked. */
  get until(): number | null {
    return this.#until;
  }

  /** `seconds`, when the server gives them, do not depend on this device's clock being right. */
  asked(question: Timestamp, seconds?: number): void {
    if (question === this.#answered || (question === this.#question && seconds === undefined)) return;
    this.#question = question;
    const now = this.#world.now();
    const left = seconds === undefined ? Date.parse(question) - now : seconds * 1000;
    this.#until = now + Math.min(LONGEST, Math.max(0, left || 0));
  }

  answer(): void {
    this.#answered = this.#question;
    this.over();
  }

  /** The question does not stand any more. */
  over(): void {
    this.#question = null;
    this.#until = null;
  }

  /** Whether the server still asks what the visitor answered: then the answer got lost and is given again. */
  answered(question: Timestamp | null | undefined): boolean {
    return typeof question === "string" && question === this.#answered;
  }
}
