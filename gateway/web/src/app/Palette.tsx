// One box for everything: records as one types, what was looked at last, actions and places. Ctrl+K or /.
import { Kbd, Loader, Modal, Text, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useLocation, useNavigate } from "react-router";

import { search } from "../api/client";
import { asProblem } from "../api/problem";
import type { SearchHit } from "../api/types";
import { words } from "../ui/format";
import {
  AccountIcon, CalendarIcon, ContactIcon, DealIcon, HistoryIcon, ImportIcon, InfoIcon, LeadIcon, MailIcon, MoonIcon, NoteIcon, PhoneIcon, PlusIcon,
  SearchIcon, SunIcon, TableIcon, TaskIcon, UserIcon, type Icon,
} from "../ui/icons";
import { atHand } from "./atHand";
import { openDialog, type Named } from "./dialogs";
import { PLACES } from "./navigation";
import classes from "./Palette.module.css";
import { useRecent } from "./recent";
import { useCanWrite, useMay, useSession } from "./session";

interface Choice {
  key: string;
  group: string;
  label: string;
  detail: string | null;
  icon: Icon;
  run: () => void;
  /** Which letters fit the search. */
  spans?: [number, number][];
  keys?: string[];
}

const ICONS: Record<SearchHit["type"], Icon> = {
  account: AccountIcon, contact: ContactIcon, lead: LeadIcon, deal: DealIcon, activity: HistoryIcon, product: TableIcon, user: UserIcon,
};

/** Where a hit leads: its page, or the list that shows it. */
function addressOf(hit: { type: string; id: string; label: string }): string {
  switch (hit.type) {
    case "activity":
      return `/activities/${hit.id}`;
    case "product":
      return `/deals?filter=${encodeURIComponent(`product_id = "${hit.id}"`)}`;
    case "user":
      return `/deals?owner=${hit.id}`;
    default:
      return `/${hit.type}s/${hit.id}`;
  }
}

/** What a hit says besides its name: the kind, and the text it was found by where that is not the name. */
function detailOf(hit: SearchHit): string {
  const found = hit.matched.text !== hit.label ? hit.matched.text : hit.detail && hit.detail !== hit.label ? hit.detail : null;
  return [words(hit.type), found && (hit.type === "deal" || hit.type === "activity" ? words(found) : found)].filter(Boolean).join(" · ");
}

const CREATE = [
  { resource: "deals", noun: "deal" },
  { resource: "contacts", noun: "contact" },
  { resource: "accounts", noun: "account" },
  { resource: "leads", noun: "lead" },
] as const;

const LOG = [
  { kind: "call", label: "Log a call", icon: PhoneIcon, key: "c" },
  { kind: "note", label: "Add a note", icon: NoteIcon, key: "n" },
  { kind: "task", label: "Add a task", icon: TaskIcon, key: "t" },
  { kind: "meeting", label: "Log a meeting", icon: CalendarIcon, key: "m" },
  { kind: "email", label: "Log an email", icon: MailIcon, key: "e" },
] as const;

function useActions(about: Named | null, onHelp: () => void): Choice[] {
  const canWrite = useCanWrite();
  const canImport = useMay("import");
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark = colorScheme === "dark" || (colorScheme === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  return useMemo(() => {
    const actions: Choice[] = [];
    const add = (key: string, label: string, icon: Icon, run: () => void, more: Partial<Choice> = {}) =>
      actions.push({ key, group: "Actions", label, detail: null, icon, run, ...more });
    if (canWrite) {
      for (const { kind, label, icon, key } of LOG) {
        add(`log-${kind}`, label, icon, () => openDialog({ name: "log", kind, about }), { detail: about ? `about ${about.name}` : null, keys: ["l", key] });
      }
      for (const { resource, noun } of CREATE) add(`create-${resource}`, `Create ${noun}`, PlusIcon, () => openDialog({ name: "create", resource }));
    }
    if (canImport) add("import", "Import a file", ImportIcon, () => navigate("/imports/new"));
    add("scheme", dark ? "Switch to light" : "Switch to dark", dark ? SunIcon : MoonIcon, () => setColorScheme(dark ? "light" : "dark"));
    add("help", "Keyboard shortcuts", InfoIcon, onHelp, { keys: ["?"] });
    return actions;
  }, [about, canWrite, canImport, dark, navigate, onHelp, setColorScheme]);
}

function useChoices(text: string, about: Named | null, onHelp: () => void) {
  const { user } = useSession();
  const navigate = useNavigate();
  const [settled] = useDebouncedValue(text.trim(), 120);
  const recent = useRecent(user.id);
  const actions = useActions(about, onHelp);
  const hits = useQuery({
    queryKey: ["search", settled, ""],
    queryFn: ({ signal }) => search(settled, { limit: 12, signal }),
    enabled: settled.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const choices = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const said = wanted.split(/\s+/).filter(Boolean);
    const fits = (label: string) => said.every((word) => label.toLowerCase().split(/\s+/).some((each) => each.startsWith(word)));
    const places = PLACES.flat()
      .map((place): Choice => ({ key: place.to, group: "Go to", label: `Go to ${place.label}`, detail: null, icon: place.icon, run: () => navigate(place.to), keys: ["g", place.key] }));
    if (!wanted) {
      const looked = recent.slice(0, 6).map((row): Choice => ({
        key: `recent-${row.id}`, group: "Recent", label: row.label, detail: words(row.type), icon: ICONS[row.type as SearchHit["type"]] ?? HistoryIcon,
        run: () => navigate(addressOf(row)),
      }));
      return [...looked, ...actions, ...places];
    }
    const found = (hits.data?.data ?? []).map((hit): Choice => ({
      key: hit.id, group: "Records", label: hit.label, detail: detailOf(hit), icon: ICONS[hit.type] ?? HistoryIcon,
      spans: hit.matched.text === hit.label ? hit.matched.spans : undefined, run: () => navigate(addressOf(hit)),
    }));
    const doing = [...actions, ...places].filter((choice) => fits(choice.label));
    // What is typed as an action stands first: "log a call" is meant so, whatever is called alike.
    return said.length > 1 || hits.data?.data.length === 0 ? [...doing, ...found] : [...found, ...doing];
  }, [text, hits.data, recent, actions, navigate]);
  const stale = text.trim() !== settled;
  return { choices, loading: hits.isFetching || (stale && text.trim() !== ""), error: hits.error, warnings: settled ? (hits.data?.warnings ?? []) : [] };
}

interface PaletteProps {
  opened: boolean;
  onClose: () => void;
  onHelp: () => void;
}

export function Palette({ opened, onClose, onHelp }: PaletteProps) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size={620} yOffset="10vh" centered={false}>
      <Modal.Overlay backgroundOpacity={0.4} blur={1} />
      <Modal.Content aria-label="Search, actions and places" radius="lg">
        <Modal.Body p={0}>
          <Search onClose={onClose} onHelp={onHelp} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Search({ onClose, onHelp }: Omit<PaletteProps, "opened">) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  // Enter was pressed before the hits for what is typed were there: they are waited for, so that no other record opens.
  const [hurried, setHurried] = useState(false);
  const { pathname } = useLocation();
  const { user } = useSession();
  const recent = useRecent(user.id);
  // What was at hand when the palette opened; the dialog has the focus since.
  const [about] = useState(() => atHand(pathname, recent));
  const id = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const { choices, loading, error, warnings } = useChoices(text, about, onHelp);
  const current = Math.min(active, choices.length - 1);

  useEffect(() => {
    setActive(0);
    setHurried(false);
  }, [text]);
  useEffect(() => {
    listRef.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const go = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    choice.run();
  };
  const goOn = useEffectEvent(() => go(choices[current]));
  useEffect(() => {
    if (!hurried || loading) return;
    setHurried(false);
    goOn();
  }, [hurried, loading]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || (event.key === "n" && event.ctrlKey)) setActive(current >= choices.length - 1 ? 0 : current + 1);
    else if (event.key === "ArrowUp" || (event.key === "p" && event.ctrlKey)) setActive(current <= 0 ? choices.length - 1 : current - 1);
    else if (event.key === "Home" && event.ctrlKey) setActive(0);
    else if (event.key === "End" && event.ctrlKey) setActive(choices.length - 1);
    else if (event.key === "Enter") {
      if (loading && choices[current]?.group !== "Actions") setHurried(true);
      else go(choices[current]);
    }
    else return;
    event.preventDefault();
  };
  const records = choices.filter((choice) => choice.group === "Records").length;
  const spoken = loading ? "" : text.trim() ? `${records === 1 ? "1 record" : `${records} records`}, ${choices.length - records} actions` : "";

  return (
    <div>
      <div className={classes.box}>
        <SearchIcon size={18} />
        <input
          className={classes.input}
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={`${id}-list`}
          aria-activedescendant={choices[current] ? `${id}-${current}` : undefined}
          aria-label="Search records, actions and places"
          placeholder="Search records, or type what to do…"
          value={text}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          data-testid="search-input"
        />
        {loading && <Loader size={14} />}
        <Kbd size="xs">Esc</Kbd>
      </div>
      <VisuallyHidden role="status" aria-live="polite">
        {spoken}
      </VisuallyHidden>
      <div className={classes.list} role="listbox" id={`${id}-list`} aria-label="Results" aria-busy={loading} ref={listRef} tabIndex={-1}>
        {choices.map((choice, index) => (
          <div key={choice.key} role="presentation">
            {choice.group !== choices[index - 1]?.group && (
              <div className={classes.group} role="presentation">
                {choice.group}
              </div>
            )}
            <div
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === current}
              className={classes.choice}
              onMouseMove={() => setActive(index)}
              onClick={() => go(choice)}
              data-testid={choice.group === "Records" ? "search-hit" : `do-${choice.key}`}
            >
              <choice.icon size={16} />
              <span className="clip">{choice.spans ? <Marked text={choice.label} spans={choice.spans} /> : choice.label}</span>
              {choice.detail && <span className={`${classes.detail} clip`}>{choice.detail}</span>}
              {choice.keys && (
                <span className={classes.keys} aria-hidden="true">
                  {choice.keys.map((key) => (
                    <Kbd key={key} size="xs">
                      {key}
                    </Kbd>
                  ))}
                </span>
              )}
            </div>
          </div>
        ))}
      </div>
      {warnings.length > 0 && (
        <Text size="xs" className={classes.missing} role="status">
          Not searched, because it does not answer: {warnings.map((each) => each.service).join(", ")}.
        </Text>
      )}
      {error && (
        <Text size="sm" c="var(--r-bad)" p="md" role="alert">
          {asProblem(error).title}
        </Text>
      )}
      {!error && choices.length === 0 && !loading && (
        <Text size="sm" c="dimmed" p="lg" ta="center">
          Nothing fits “{text.trim()}”. Try fewer letters, another word, an address or a number.
        </Text>
      )}
    </div>
  );
}

function Marked({ text, spans }: { text: string; spans: [number, number][] }) {
  const letters = [...text];
  const parts = [];
  let at = 0;
  for (const [from, to] of spans) {
    if (from < at) continue;
    parts.push(letters.slice(at, from).join(""), <mark key={from}>{letters.slice(from, to).join("")}</mark>);
    at = to;
  }
  parts.push(letters.slice(at).join(""));
  return <>{parts}</>;
}
