// One property as people read it.
import { Badge } from "@mantine/core";
import { Link } from "react-router";

import type { Money } from "../api/types";
import { usePeople, useProducts, useStages } from "../app/directory";
import { count, day, instant, money, words } from "../ui/format";
import { Person } from "../ui/Person";
import type { FieldDefinition } from "./definitions";
import { addressOf, useRecordName } from "./names";

export function FieldValue({ field, value }: { field: FieldDefinition; value: unknown }) {
  const people = usePeople();
  const products = useProducts();
  const stages = useStages();
  if (field.kind === "person") return <Person name={people.name(value as string | null)} />;
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) {
    return <span style={{ color: "var(--r-muted)" }}>—</span>;
  }
  const text = String(value);
  switch (field.kind) {
    case "money":
      return <span className="num">{money(value as Money)}</span>;
    case "number":
      return <span className="num">{field.name === "founded_year" ? text : count(Number(value))}</span>;
    case "percent":
      return <span className="num">{text} %</span>;
    case "day":
      return <span className="num">{day(text)}</span>;
    case "instant":
      return <span className="num">{instant(text)}</span>;
    case "choice":
      return <>{words(text)}</>;
    case "tags":
      return (
        <span style={{ display: "inline-flex", flexWrap: "wrap", gap: 4 }}>
          {(value as string[]).map((tag) => (
            <Badge key={tag} color="gray">
              {tag}
            </Badge>
          ))}
        </span>
      );
    case "email":
      return (
        <a className="link" href={`mailto:${text}`}>
          {text}
        </a>
      );
    case "phone":
      return (
        <a className="link" href={`tel:${text}`}>
          {text}
        </a>
      );
    case "url":
      return /^https?:\/\//.test(text) ? (
        <a className="link" href={text} target="_blank" rel="noreferrer noopener">
          {text.replace(/^https?:\/\//, "")}
        </a>
      ) : (
        <>{text}</>
      );
    case "account":
    case "contact":
    case "lead":
      return <Reference id={text} />;
    case "product":
      return <>{products.find((each) => each.id === text)?.name ?? "—"}</>;
    case "stage":
      return <>{stages.get(text)?.name ?? "—"}</>;
    default:
      return <span style={{ whiteSpace: field.kind === "long" ? "pre-wrap" : undefined, overflowWrap: "anywhere" }}>{text}</span>;
  }
}

export function Reference({ id }: { id: string }) {
  const name = useRecordName(id);
  const address = addressOf(id);
  return address ? (
    <Link className="link" to={address}>
      {name ?? "…"}
    </Link>
  ) : (
    <>{name ?? id}</>
  );
}
