/**
 * The store's accent, moved towards black or white in its own hue until text in it is readable on the background: a
 * contrast of at least `minContrast` (WCAG 2.2: 4.5 for text, 3 for shapes). A colour that is readable already is kept.
 * Both colours are `#rrggbb`, and so is the answer.
 */
export function readableAccent(color: string, background: string, minContrast = 4.5): string {
  const [from, behind] = [readRgb(color), readRgb(background)];
  if (contrast(from, behind) >= minContrast) return toHex(from);
  const target: Rgb = contrast(BLACK, behind) >= contrast(WHITE, behind) ? BLACK : WHITE;
  for (let step = 1; step < STEPS; step += 1) {
    const mixed = mix(from, target, step / STEPS);
    if (contrast(mixed, behind) >= minContrast) return toHex(mixed);
  }
  return toHex(target);
}

/** Black or white, whichever is easier to read on a surface of this colour (`#rrggbb`). */
export function inkOn(color: string): "#000000" | "#ffffff" {
  const surface = readRgb(color);
  return contrast(WHITE, surface) >= contrast(BLACK, surface) ? "#ffffff" : "#000000";
}

/** The contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, relative luminance in sRGB). */
export function contrastRatio(a: string, b: string): number {
  return contrast(readRgb(a), readRgb(b));
}

type Rgb = readonly [number, number, number];

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
const STEPS = 50;

function readRgb(hex: string): Rgb {
  const [, r = "00", g = "00", b = "00"] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex) ?? [];
  return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)];
}

function toHex(rgb: Rgb): string {
  return `#${rgb.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [channel(0), channel(1), channel(2)];
}

function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}
