// Search over all records, and every place of the interface, from one box: Ctrl+K or /.
import { Kbd, Loader, Modal, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useNavigate } from "react-router";

import { search } from "../api/client";
import { asProblem } from "../api/problem";
import { AccountIcon, ContactIcon, DealIcon, LeadIcon, SearchIcon, type Icon } from "../ui/icons";
import { PLACES } from "./navigation";
import classes from "./Palette.module.css";

interface Choice {
  key: string;
  group: string;
  label: string;
  detail: string | null;
  to: string;
  icon: Icon;
}

const RECORDS: Record<string, { path: string; icon: Icon; group: string }> = {
  account: { path: "/accounts", icon: AccountIcon, group: "Accounts" },
  contact: { path: "/contacts", icon: ContactIcon, group: "Contacts" },
  lead: { path: "/leads", icon: LeadIcon, group: "Leads" },
  deal: { path: "/deals", icon: DealIcon, group: "Deals" },
};

function useChoices(text: string) {
  const [settled] = useDebouncedValue(text.trim(), 140);
  const hits = useQuery({
    queryKey: ["search", settled],
    queryFn: ({ signal }) => search(settled, signal),
    enabled: settled.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const choices = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const places = PLACES.flat()
      .filter((place) => place.label.toLowerCase().includes(wanted))
      .map((place): Choice => ({ key: place.to, group: "Go to", label: place.label, detail: null, to: place.to, icon: place.icon }));
    const records = wanted ? (hits.data?.data ?? []) : [];
    const found = Object.entries(RECORDS).flatMap(([type, { path, icon, group }]) =>
      records
        .filter((hit) => hit.type === type)
        .map((hit): Choice => ({ key: hit.id, group, label: hit.label, detail: hit.detail, to: `${path}/${hit.id}`, icon })),
    );
    return wanted ? [...found, ...places] : places;
  }, [text, hits.data]);
  return { choices, loading: hits.isFetching, error: hits.error };
}

export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size={600} yOffset="12vh" centered={false}>
      <Modal.Overlay backgroundOpacity={0.4} blur={1} />
      <Modal.Content aria-label="Search and go to" radius="lg">
        <Modal.Body p={0}>
          <Search onClose={onClose} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  const id = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const { choices, loading, error } = useChoices(text);
  const current = Math.min(active, choices.length - 1);

  useEffect(() => setActive(0), [text]);
  useEffect(() => {
    listRef.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const go = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    navigate(choice.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive(Math.min(current + 1, choices.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(current - 1, 0));
    else if (event.key === "Enter") go(choices[current]);
    else return;
    event.preventDefault();
  };

  return (
    <div>
      <div className={classes.box}>
        <SearchIcon size={18} />
        <input
          className={classes.input}
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={choices[current] ? `${id}-${current}` : undefined}
          aria-label="Search records or go to a place"
          placeholder="Search accounts, contacts, leads, deals…"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          data-testid="search-input"
        />
        {loading && <Loader size={14} />}
        <Kbd size="xs">Esc</Kbd>
      </div>
      <div className={classes.list} role="listbox" id={`${id}-list`} aria-label="Results" ref={listRef}>
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
              data-testid="search-hit"
            >
              <choice.icon size={16} />
              <span className="clip">{choice.label}</span>
              {choice.detail && <span className={`${classes.detail} clip`}>{choice.detail}</span>}
            </div>
          </div>
        ))}
      </div>
      {error && (
        <Text size="sm" c="var(--r-bad)" p="md">
          {asProblem(error).title}
        </Text>
      )}
      {!error && choices.length === 0 && !loading && (
        <Text size="sm" c="dimmed" p="lg" ta="center">
          Nothing is called “{text.trim()}”.
        </Text>
      )}
    </div>
  );
}
