// Arithmetic on colours, to keep text readable whatever colour an organisation chooses (WCAG 2.2, contrast 4.5 to 1).

export type Rgb = readonly [number, number, number];

/** Reads #rgb and #rrggbb; anything else is null. */
export function parseColour(text: string): Rgb | null {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(text.trim());
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text.trim());
  const parts = short ? short.slice(1).map((part) => part + part) : long?.slice(1);
  if (!parts) return null;
  const [red, green, blue] = parts.map((part) => Number.parseInt(part, 16)) as [number, number, number];
  return [red, green, blue];
}

export function toHex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 (the same) to 21 (black on white). */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

export function mix(from: Rgb, to: Rgb, part: number): Rgb {
  return from.map((value, index) =>
    Math.round(value + ((to[index] as number) - value) * part),
  ) as unknown as Rgb;
}

/** Black or white, whichever stands out most. */
export function opposite(colour: Rgb): Rgb {
  return luminance(colour) > 0.179 ? [0, 0, 0] : [255, 255, 255];
}

/** The colour, made darker or lighter just until it can be read on the background. */
export function readable(colour: Rgb, background: Rgb, ratio: number): Rgb {
  const goal = opposite(background);
  for (let part = 0; part < 1; part += 0.04) {
    const candidate = mix(colour, goal, part);
    if (contrast(candidate, background) >= ratio) return candidate;
  }
  return goal;
}
