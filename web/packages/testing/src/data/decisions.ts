/** Why the example contacts went to whom they went. */
import type { Decision } from "@balie/api";
import { ago, minute } from "./lindedam";

export function decisions(now: number): Decision[] {
  return [
    {
      id: "dec_2",
      at: ago(now, 21 * minute),
      queue: { id: "que_1", name: "Paspoort en identiteitskaart" },
      waited_since: ago(now, 21 * minute + 14_000),
      stage: 1,
      kept: false,
      chosen: { id: "mem_sanne", name: "Sanne de Wit" },
      outcome: "accepted",
      eligible: 2,
      candidates: [
        candidate("mem_sanne", "Sanne de Wit", { busy: 25, levels: 7, idle_since: ago(now, 26 * minute) }),
        candidate("mem_2", "Marieke van den Berg", {
          busy: 25,
          levels: 6,
          idle_since: ago(now, 23 * minute),
        }),
        candidate("mem_1", "Ahmed Yıldız", { excluded: "passed_by" }),
        candidate("mem_5", "Tom Verhoeven", { excluded: "level_too_low" }),
      ],
      excluded: { passed_by: 1, no_capacity: 3, not_ready: 6, level_too_low: 2, missing_skill: 11 },
    },
  ];
}

function candidate(
  id: string,
  name: string,
  standing: Partial<Decision["candidates"][number]>,
): Decision["candidates"][number] {
  return { agent: { id, name }, excluded: null, busy: null, levels: null, idle_since: null, ...standing };
}
