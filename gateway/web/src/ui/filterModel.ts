// A filter as the builder shows it: conditions, and groups of conditions, joined by AND or by OR. Reads the text form and
// writes it; what the builder cannot show (NOT, deeper nesting) is null, and stays text.
import { quote } from "./filter";

export interface Condition {
  field: string;
  operator: string;
  /** The value as typed; for "in" values with commas between. Null stands for "empty". */
  value: string | null;
}
export interface Group {
  join: "AND" | "OR";
  parts: (Condition | Group)[];
}
export const isGroup = (part: Condition | Group): part is Group => "parts" in part;

type Token = { kind: "word" | "text" | "sign"; text: string };

function tokens(text: string): Token[] | null {
  const found: Token[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|<=|>=|[=<>~:(),])|([^\s"'=<>~:(),!]+))/y;
  let at = 0;
  while (at < text.trimEnd().length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return null;
    const quoted = match[1] ?? match[2];
    if (quoted !== undefined) found.push({ kind: "text", text: quoted.replace(/\\(.)/g, "$1") });
    else if (match[3]) found.push({ kind: "sign", text: match[3] });
    else found.push({ kind: "word", text: match[4] ?? "" });
    at = pattern.lastIndex;
  }
  return found;
}

/** The model of a filter's text; null where the builder cannot show it. */
export function readFilter(text: string): Group | null {
  if (!text.trim()) return { join: "AND", parts: [] };
  const all = tokens(text);
  if (!all) return null;
  let at = 0;
  const isWord = (token: Token | undefined, word: string) => token?.kind === "word" && token.text.toUpperCase() === word;
  const isSign = (sign: string) => all[at]?.kind === "sign" && all[at]?.text === sign;

  function value(): string | null | undefined {
    const token = all![at];
    if (!token || token.kind === "sign") return undefined;
    at += 1;
    if (token.kind === "word" && token.text === "null") return null;
    let said = token.text;
    // Relative values such as now - 30d are several words.
    while (token.kind === "word" && all![at]?.kind === "word" && /^[+-]/.test(all![at]!.text)) {
      said += ` ${all![at]!.text}`;
      at += 1;
      if (/^[+-]$/.test(said.slice(-1)) && all![at]?.kind === "word") said += ` ${all![at++]!.text}`;
    }
    return said;
  }

  function condition(): Condition | null {
    const field = all![at];
    if (field?.kind !== "word") return null;
    at += 1;
    if (isWord(all![at], "IN")) {
      at += 1;
      if (!isSign("(")) return null;
      at += 1;
      const values: string[] = [];
      for (;;) {
        const one = value();
        if (one === undefined || one === null || one.includes(",")) return null;
        values.push(one);
        if (isSign(",")) at += 1;
        else break;
      }
      if (!isSign(")")) return null;
      at += 1;
      return { field: field.text, operator: "in", value: values.join(", ") };
    }
    const operator = all![at];
    if (operator?.kind !== "sign" || "(),".includes(operator.text)) return null;
    at += 1;
    const said = value();
    return said === undefined ? null : { field: field.text, operator: operator.text, value: said };
  }

  function either(depth: number): Group | null {
    const first = single(depth);
    if (!first) return null;
    const parts = [first];
    let join: Group["join"] | null = null;
    while (isWord(all![at], "AND") || isWord(all![at], "OR")) {
      const here = all![at]!.text.toUpperCase() as Group["join"];
      if (join && join !== here) return null;
      join = here;
      at += 1;
      const next = single(depth);
      if (!next) return null;
      parts.push(next);
    }
    return { join: join ?? "AND", parts };
  }

  function single(depth: number): Condition | Group | null {
    if (!isSign("(")) return condition();
    if (depth > 1) return null;
    at += 1;
    const group = either(depth + 1);
    if (!group || !isSign(")")) return null;
    at += 1;
    return group.parts.length === 1 ? (group.parts[0] ?? null) : group;
  }

  const found = either(0);
  return found && at === all.length ? found : null;
}

const RELATIVE = /^(me|my_teams|(now|today|yesterday|tomorrow)(\s*[+-]\s*\d+[wdhm])?|(this|last|next)_(week|month|quarter|year))$/;

function literal(value: string, type: string): string {
  const said = value.trim();
  if ((type === "number" || type === "money") && /^-?\d+(\.\d+)?$/.test(said)) return said;
  if (type === "boolean" && /^(true|false)$/.test(said)) return said;
  if (["date", "instant", "reference", "references"].includes(type) && RELATIVE.test(said)) return said;
  return quote(said);
}

/** The text of a model; conditions without a value yet are left out. `typeOf` tells the type of a field. */
export function writeFilter(group: Group, typeOf: (field: string) => string): string {
  const parts = group.parts.flatMap((part) => {
    if (isGroup(part)) {
      const inner = writeFilter(part, typeOf);
      return inner ? [part.parts.length > 1 && / (AND|OR) /.test(inner) ? `(${inner})` : inner] : [];
    }
    if (!part.field) return [];
    if (part.value === null) return [`${part.field} ${part.operator === "!=" ? "!=" : "="} null`];
    if (!part.value.trim()) return [];
    const type = typeOf(part.field);
    if (part.operator === "in") {
      const values = part.value.split(",").map((each) => each.trim()).filter(Boolean);
      return values.length ? [`${part.field} IN (${values.map((each) => literal(each, type)).join(", ")})`] : [];
    }
    return [`${part.field} ${part.operator} ${literal(part.value, type)}`];
  });
  return parts.join(` ${group.join} `);
}
