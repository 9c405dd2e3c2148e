// The editor of one property. Values are the wire's: money as {amount, currency}, days as text, null for empty.
import { NumberInput, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import type { KeyboardEvent } from "react";

import type { Money } from "../api/types";
import { usePipelines, useProducts } from "../app/directory";
import { useSession } from "../app/session";
import { words } from "../ui/format";
import { PersonSelect } from "../ui/PersonSelect";
import type { FieldDefinition } from "./definitions";
import { RecordSelect } from "./RecordSelect";

interface FieldInputProps {
  field: FieldDefinition;
  value: unknown;
  onChange: (value: unknown) => void;
  /** Shows the label above; without it the label is for screen readers only. */
  labelled?: boolean;
  autoFocus?: boolean;
  error?: string;
  onKeyDown?: (event: KeyboardEvent) => void;
}

const AS_TEXT: Record<string, string> = { email: "email", phone: "tel", url: "url", day: "date", text: "text" };

export function FieldInput({ field, value, onChange, labelled, autoFocus, error, onKeyDown }: FieldInputProps) {
  const { workspace } = useSession();
  const pipelines = usePipelines();
  const products = useProducts();
  const naming = labelled ? { label: field.label, required: field.required } : { "aria-label": field.label };
  // In a dialog the attribute names the first field; the dialog's focus trap would take autoFocus away again.
  const focus = labelled && autoFocus ? { "data-autofocus": true } : { autoFocus };
  const common = { ...naming, ...focus, size: labelled ? "sm" : "xs", error, onKeyDown, "data-testid": `field-${field.name}` };
  const text = typeof value === "string" ? value : "";

  switch (field.kind) {
    case "money": {
      const now = value as Money | null | undefined;
      const currency = now?.currency ?? workspace.currency;
      return (
        <NumberInput
          {...common}
          value={now?.amount ?? ""}
          onChange={(next) => onChange(next === "" ? null : { amount: asAmount(next), currency })}
          decimalScale={2}
          thousandSeparator=","
          hideControls
          allowNegative={false}
          rightSection={<span style={{ fontSize: 12 }}>{currency}</span>}
          rightSectionWidth={48}
        />
      );
    }
    case "number":
    case "percent":
      return (
        <NumberInput
          {...common}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onChange(next === "" ? null : Number(next))}
          hideControls
          allowDecimal={false}
          allowNegative={false}
          max={field.kind === "percent" ? 100 : undefined}
          suffix={field.kind === "percent" ? " %" : undefined}
        />
      );
    case "long":
      return <Textarea {...common} value={text} onChange={(event) => onChange(event.currentTarget.value || null)} maxRows={8} />;
    case "choice":
      return (
        <Select
          {...common}
          data={(field.options ?? []).map((option) => ({ value: option, label: words(option) }))}
          value={text || null}
          onChange={onChange}
          clearable={!field.required}
          clearButtonProps={{ "aria-label": "Clear" }}
        />
      );
    case "person":
      return <PersonSelect {...common} value={text || null} onChange={onChange} />;
    case "tags":
      return <TagsInput {...common} value={Array.isArray(value) ? (value as string[]) : []} onChange={onChange} clearable={false} />;
    case "account":
    case "contact":
    case "lead":
      return <RecordSelect {...common} resource={`${field.kind}s`} value={text || null} onChange={onChange} />;
    case "product":
      return (
        <Select
          {...common}
          searchable
          clearable
          clearButtonProps={{ "aria-label": "Clear" }}
          data={products.filter((each) => each.is_active || each.id === value).map((each) => ({ value: each.id, label: each.name }))}
          value={text || null}
          onChange={onChange}
        />
      );
    case "pipeline":
      return (
        <Select
          {...common}
          allowDeselect={false}
          data={(pipelines.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
          value={text || null}
          onChange={onChange}
        />
      );
    case "stage":
      return (
        <Select
          {...common}
          allowDeselect={false}
          data={(pipelines.data ?? []).flatMap((each) => each.stages.map((stage) => ({ value: stage.id, label: stage.name })))}
          value={text || null}
          onChange={onChange}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          type={AS_TEXT[field.kind] ?? "text"}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value || null)}
        />
      );
  }
}

function asAmount(value: string | number | bigint): string {
  const text = String(value).replace(/,/g, "");
  return text.includes(".") ? text : `${text}.00`;
}
