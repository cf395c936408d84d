// Where instants are on the line: to scale, but for long gaps, which take the same small share each.
// Ticks, bars, folds and zoom all go by this one mapping (it is that of domain/views/axis.py).
import { duration } from "../../words";

export type Gap = { start_ms: number; end_ms: number; why: string };
export type Tick = { place: number; label: string };

const GAP_SHARE = 0.06;
const ALL_GAPS = 0.5;

export class TimeMap {
  readonly #at: number[] = [0];
  readonly #places: number[] = [0];

  constructor(readonly total: number, readonly gaps: Gap[]) {
    const active = Math.max(0, total - gaps.reduce((sum, gap) => sum + gap.end_ms - gap.start_ms, 0));
    const share = !gaps.length ? 0 : active > 0 ? Math.min(GAP_SHARE, ALL_GAPS / gaps.length) : 1 / gaps.length;
    const scale = active > 0 ? (1 - share * gaps.length) / active : 0;
    for (const gap of gaps) {
      const before = this.#places.at(-1)! + (gap.start_ms - this.#at.at(-1)!) * scale;
      this.#at.push(gap.start_ms, gap.end_ms);
      this.#places.push(before, before + share);
    }
    this.#at.push(total);
    this.#places.push(1);
  }

  /** Where an instant is, from 0 to 1. */
  place(ms: number): number {
    return between(ms, this.#at, this.#places);
  }

  /** The instant at a place. */
  time(place: number): number {
    return between(place, this.#places, this.#at);
  }

  /** Round instants within two places, about so many; after a gap they count from its end. */
  ticks(from: number, to: number, most: number): Tick[] {
    const width = Math.max(1e-9, to - from);
    const starts = [0, ...this.gaps.map((gap) => gap.end_ms)];
    const stops = [...this.gaps.map((gap) => gap.start_ms), this.total];
    const drawn = starts.reduce((sum, start, n) => sum + Math.max(0, Math.min(stops[n]!, this.time(to)) - Math.max(start, this.time(from))), 0);
    const step = round(drawn / most);
    const ticks: Tick[] = [];
    starts.forEach((start, n) => {
      const first = Math.max(n ? 1 : 0, Math.ceil((this.time(from) - start) / step));
      for (let count = first; start + count * step <= Math.min(stops[n]!, this.time(to)) && ticks.length < 4 * most; count++) {
        const place = this.place(start + count * step);
        if (!ticks.length || place - ticks.at(-1)!.place > (0.6 * width) / most) ticks.push({ place, label: `${n ? "+" : ""}${duration(count * step) || "0"}` });
      }
    });
    return ticks;
  }
}

function between(value: number, from: number[], to: number[]): number {
  let low = 0;
  let high = from.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= value) low = middle;
    else high = middle;
  }
  const width = from[high]! - from[low]!;
  const share = width > 0 ? Math.min(1, Math.max(0, (value - from[low]!) / width)) : 0;
  return to[low]! + share * (to[high]! - to[low]!);
}

function round(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 0.001)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= least * 0.999) ?? 10 * power;
}
