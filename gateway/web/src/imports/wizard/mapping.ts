// Changes to a mapping as plain functions: a new kind of record, another field, a saved mapping on new files.
import type { ImportField, ImportObject, Mapping, MappingColumn, MappingTable, UploadedFile } from "../../api/types";

/** Parts of a field that is not a field of the record: a whole name, the currency of an amount. */
const STANDS_FOR: Record<string, string[]> = { full_name: ["first_name", "last_name"] };

export function fieldOf(object: ImportObject | undefined, name: string | null): ImportField | undefined {
  return name ? object?.fields.find((field) => field.name === name) : undefined;
}

/** The fields that the rows of a table bring with them. */
export function mappedFields(table: MappingTable): Set<string> {
  const names = table.columns.flatMap((column) => (column.field ? [column.field, ...(STANDS_FOR[column.field] ?? [])] : []));
  return new Set([...names, ...Object.keys(table.constants)]);
}

/** The keys by which records of this table can be found again. */
export function usableKeys(table: MappingTable, object: ImportObject | undefined): string[] {
  const mapped = mappedFields(table);
  return (object?.keys ?? []).filter((key) => mapped.has(key));
}

/** Without a key that is mapped, rows can only be added. */
function withUsableKey(table: MappingTable, object: ImportObject | undefined): MappingTable {
  const keys = usableKeys(table, object);
  if (table.key && keys.includes(table.key)) return table;
  const key = keys[0] ?? null;
  const mode = key === null ? "create" : table.key === null && table.mode === "create" ? "upsert" : table.mode;
  return { ...table, key, mode };
}

export function withField(table: MappingTable, index: number, field: string | null, object: ImportObject | undefined): MappingTable {
  const columns = table.columns.map((column, place) =>
    place === index ? { column: column.column, field, confidence: null, format: null, values: {} } : column,
  );
  return withUsableKey({ ...table, columns }, object);
}

export function withColumn(table: MappingTable, index: number, change: Partial<MappingColumn>): MappingTable {
  return { ...table, columns: table.columns.map((column, place) => (place === index ? { ...column, ...change } : column)) };
}

export function withConstants(table: MappingTable, constants: Record<string, unknown>, object: ImportObject | undefined): MappingTable {
  return withUsableKey({ ...table, constants }, object);
}

const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, "");

/** The same columns as another kind of record: fields of the same name stay, others are looked for by name. */
export function asObject(table: MappingTable, object: ImportObject): MappingTable {
  const known = new Set(object.fields.map((field) => field.name));
  const taken = new Set<string>();
  const columns = table.columns.map((column): MappingColumn => {
    const kept = column.field && known.has(column.field) ? column.field : null;
    const named = object.fields.find((field) => plain(field.name.replace(/_id$/, "")) === plain(column.column))?.name ?? null;
    const field = kept ?? named;
    if (field === null || taken.has(field)) return { column: column.column, field: null, confidence: null, format: null, values: {} };
    taken.add(field);
    return kept ? column : { column: column.column, field, confidence: 0.7, format: null, values: {} };
  });
  const constants = Object.fromEntries(Object.entries(table.constants).filter(([name]) => known.has(name)));
  return withUsableKey({ ...table, object: object.name, key: null, mode: "upsert", columns, constants }, object);
}

/** A saved mapping that needs more than this wizard shows: it is used as it is. */
export function isRich(mapping: Mapping): boolean {
  const more = ["derived", "collect", "rows", "distinct", "links"];
  const says = (value: unknown) => value !== null && value !== undefined && Object.keys(value as object).length > 0;
  return says(mapping.files) || mapping.tables.some((table) => more.some((name) => says(table[name])));
}

/** A saved mapping for these files: each file takes the table whose columns it has most of. */
export function applied(saved: Mapping, files: UploadedFile[], suggestion: Mapping): Mapping {
  if (isRich(saved)) return saved;
  const tables = files.map((file, index) => {
    const names = file.columns.map((column) => column.name);
    const score = (table: MappingTable) => table.columns.filter((column) => names.includes(column.column)).length;
    const best = [...saved.tables].sort((a, b) => score(b) - score(a))[0];
    const guessed = suggestion.tables.find((table) => table.file === file.name) ?? suggestion.tables[index]!;
    if (!best || score(best) === 0) return guessed;
    const columns = guessed.columns.map((guess) => best.columns.find((column) => column.column === guess.column) ?? { ...guess, field: null });
    return { ...best, file: file.name, columns };
  });
  return { ...suggestion, ...saved, tables };
}

/** What to save: next month's file has another name, and a guess is no longer a guess. */
export function toSave(mapping: Mapping): Mapping {
  if (isRich(mapping)) return mapping;
  return {
    ...mapping,
    tables: mapping.tables.map((table) => ({
      ...table,
      file: null,
      columns: table.columns.map((column) => ({ ...column, confidence: null })),
    })),
  };
}

export interface Obstacle {
  table: number;
  text: string;
}

/** What keeps a table from being imported, in words. */
export function obstacles(table: MappingTable, place: number, object: ImportObject | undefined, label: (name: string) => string): Obstacle[] {
  if (!object) return [];
  const found: Obstacle[] = [];
  const seen = new Map<string, string>();
  for (const column of table.columns) {
    if (!column.field) continue;
    const field = fieldOf(object, column.field);
    const before = seen.get(column.field);
    if (before && !field?.is_list) found.push({ table: place, text: `“${before}” and “${column.column}” are both ${label(column.field)}; leave one of them out.` });
    seen.set(column.field, column.column);
  }
  if (seen.size === 0) found.push({ table: place, text: "Every column is left out; choose what at least one of them is." });
  else if (table.mode !== "update") {
    const mapped = mappedFields(table);
    const missing = object.fields.filter((field) => field.is_required && !mapped.has(field.name) && !["external_id", "stage"].includes(field.name));
    for (const field of missing) {
      if (object.name === "deals" && field.name === "name" && mapped.has("account_id")) continue;
      found.push({ table: place, text: `No column is ${label(field.name)}, which each new one must have. Choose its column, or set it for all rows.` });
    }
  }
  return found;
}
