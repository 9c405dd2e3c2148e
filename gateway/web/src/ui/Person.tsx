// People as initials in a quiet colour of their own, the same colour for the same name everywhere.
import { initials } from "./format";
import classes from "./Person.module.css";

const HUES = [264, 205, 160, 125, 75, 40, 10, 330];

function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return HUES[sum % HUES.length]!;
}

interface AvatarProps {
  name: string | null | undefined;
  size?: number;
}

export function Initials({ name, size = 22 }: AvatarProps) {
  const text = name ?? "No owner";
  return (
    <span
      className={classes.initials}
      data-nobody={name ? undefined : true}
      role="img"
      aria-label={text}
      title={text}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.42), ["--hue" as string]: hueOf(text) }}
    >
      {initials(name)}
    </span>
  );
}

export function Person({ name }: { name: string | null | undefined }) {
  if (!name) return <span className={classes.nobody}>No owner</span>;
  return (
    <span className={classes.person}>
      <span aria-hidden="true">
        <Initials name={name} size={20} />
      </span>
      <span className="clip">{name}</span>
    </span>
  );
}
