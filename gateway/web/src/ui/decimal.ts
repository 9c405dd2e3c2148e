// Exact sums of amounts for the moment between a move and the server's answer. Amounts are decimal text;
// floating point would show 0.30000000000000004 in a column total.
import type { Money } from "../api/types";

const SCALE = 6;
const ONE = 10n ** BigInt(SCALE);

function parse(amount: string): bigint {
  const negative = amount.startsWith("-");
  const [whole = "0", fraction = ""] = amount.replace(/^[+-]/, "").split(".");
  const scaled = BigInt(whole || "0") * ONE + BigInt(fraction.padEnd(SCALE, "0").slice(0, SCALE));
  return negative ? -scaled : scaled;
}

function print(scaled: bigint): string {
  const sign = scaled < 0n ? "-" : "";
  const size = scaled < 0n ? -scaled : scaled;
  const fraction = (size % ONE).toString().padStart(SCALE, "0").replace(/0+$/, "").padEnd(2, "0");
  return `${sign}${size / ONE}.${fraction}`;
}

/** `base + amount x percent / 100`, in the currency of base; a missing or foreign amount changes nothing. */
export function plus(base: Money | null, amount: Money | null, percent: number): Money | null {
  if (!amount) return base;
  if (!base) return plus({ amount: "0", currency: amount.currency }, amount, percent);
  if (amount.currency !== base.currency) return base;
  const share = (parse(amount.amount) * BigInt(Math.round(percent * 100))) / 10_000n;
  return { amount: print(parse(base.amount) + share), currency: base.currency };
}
