// The saved views of a list as tabs, and what can be done with the one that is open.
import { ActionIcon, Button, Checkbox, Group, Menu, Modal, Stack, TextInput, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { change, create, remove, restore, views as viewsApi, type RecordResource } from "../api/client";
import type { SavedView } from "../api/types";
import { usePeople } from "../app/directory";
import { keys, queryClient } from "../app/queryClient";
import { useCanWrite, useSession } from "../app/session";
import { BookmarkIcon, CheckIcon, GlobeIcon, MoreIcon, PencilIcon, PlusIcon, StarIcon, TrashIcon } from "../ui/icons";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import type { ListView } from "./useListView";
import classes from "./ViewBar.module.css";

interface ViewBarProps {
  resource: RecordResource;
  plural: string;
  list: ListView;
  /** What the list shows now, as a view keeps it. */
  shown: { filter: string; sort: string; columns: string[] };
}

type Asking = { what: "save" } | { what: "rename"; view: SavedView } | null;

export function ViewBar({ resource, plural, list, shown }: ViewBarProps) {
  const { user } = useSession();
  const people = usePeople();
  const canShare = useCanWrite();
  const [asking, setAsking] = useState<Asking>(null);
  const { view, views, changed } = list;
  const mine = view?.owner_id === user.id;
  const readAgain = () => queryClient.invalidateQueries({ queryKey: keys.views });

  const doing = useMutation({
    mutationFn: async (work: () => Promise<unknown>) => {
      await work();
      await readAgain();
    },
    onError: (error) => {
      notifyProblem(error, "The view was not changed");
      void readAgain();
    },
  });
  const run = (work: () => Promise<unknown>, after?: () => void) => doing.mutate(work, { onSuccess: after });
  const setShared = (each: SavedView, is_shared: boolean) =>
    run(async () => {
      const made = await change("views", each.id, each.version, { is_shared });
      toast(is_shared ? `Everybody sees ${each.name} now` : `Only you see ${each.name} now`, () =>
        run(() => change("views", made.id, made.version, { is_shared: !is_shared })),
      );
    });
  const removeIt = (each: SavedView) =>
    run(
      async () => {
        await remove("views", each.id, each.version);
        toast(`${each.name} was deleted`, () => run(() => restore("views", each.id), () => list.open(each.id)));
      },
      () => list.open(null),
    );
  const save = () => {
    if (!view) return setAsking({ what: "save" });
    run(async () => {
      const before = { filter: view.filter, sort: view.sort, columns: view.columns };
      const made = await change("views", view.id, view.version, shown);
      toast(`${view.name} was saved`, () => run(() => change("views", made.id, made.version, before)));
    }, list.reset);
  };

  const tab = (id: string | null, label: string, icon?: React.ReactNode) => {
    const current = (view?.id ?? null) === id;
    return (
      <button
        key={id ?? "all"}
        type="button"
        className={classes.tab}
        aria-current={current ? "page" : undefined}
        onClick={() => list.open(id)}
        data-testid={id ? `view-${id}` : "view-all"}
      >
        <span className="clip">{label}</span>
        {icon}
        {current && changed && <span className={classes.dot} title="Changed, not saved" role="img" aria-label="changed" />}
      </button>
    );
  };

  return (
    <div className={classes.bar}>
      <nav className={classes.tabs} aria-label="Views">
        {tab(null, `All ${plural}`)}
        {views.map((each) =>
          tab(
            each.id,
            each.name,
            <>
              {each.is_shared && <GlobeIcon size={12} label={each.owner_id === user.id ? "shared" : `shared by ${people.name(each.owner_id) ?? "somebody"}`} />}
              {each.is_default && <StarIcon size={12} label="opens first" />}
            </>,
          ),
        )}
      </nav>
      <Group gap={6} wrap="nowrap" className={classes.actions}>
        {changed && (
          <>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={list.reset} data-testid="view-reset">
              Reset
            </Button>
            {mine && (
              <Button size="compact-xs" variant="light" onClick={save} loading={doing.isPending} data-testid="view-save">
                Save
              </Button>
            )}
          </>
        )}
        <Button size="compact-xs" variant={changed ? "light" : "subtle"} color={changed ? undefined : "gray"} leftSection={<PlusIcon size={12} />} onClick={() => setAsking({ what: "save" })} data-testid="view-save-as">
          Save as…
        </Button>
        {view && (
          <Menu width={210} position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon size="sm" aria-label={`The view ${view.name}`} data-testid="view-menu">
                <MoreIcon size={15} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {!mine && <Menu.Label>By {people.name(view.owner_id) ?? "somebody else"}</Menu.Label>}
              <Menu.Item
                leftSection={view.is_default ? <CheckIcon size={14} /> : <StarIcon size={14} />}
                onClick={() => run(() => (view.is_default ? viewsApi.clearDefault(view.id) : viewsApi.makeDefault(view.id)))}
                data-testid="view-default"
              >
                {view.is_default ? "No longer open first" : "Open first, for me"}
              </Menu.Item>
              {mine && (
                <>
                  <Menu.Item leftSection={<PencilIcon size={14} />} onClick={() => setAsking({ what: "rename", view })} data-testid="view-rename">
                    Rename
                  </Menu.Item>
                  {(canShare || view.is_shared) && (
                    <Menu.Item leftSection={<GlobeIcon size={14} />} onClick={() => setShared(view, !view.is_shared)} data-testid="view-share">
                      {view.is_shared ? "Keep to myself" : "Share with everybody"}
                    </Menu.Item>
                  )}
                  <Menu.Item leftSection={<TrashIcon size={14} />} c="var(--r-bad)" onClick={() => removeIt(view)} data-testid="view-delete">
                    Delete
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {asking && (
        <NameDialog
          title={asking.what === "save" ? "Save as a view" : "Rename the view"}
          given={asking.what === "rename" ? asking.view.name : ""}
          askSharing={asking.what === "save" && canShare}
          onClose={() => setAsking(null)}
          onName={async (name, is_shared) => {
            if (asking.what === "rename") await change("views", asking.view.id, asking.view.version, { name });
            else {
              const made = await create("views", { name, resource, is_shared, ...shown });
              await readAgain();
              list.open(made.id);
              toast(`Saved as ${name}`);
            }
            await readAgain();
            setAsking(null);
          }}
        />
      )}
    </div>
  );
}

interface NameDialogProps {
  title: string;
  given: string;
  askSharing: boolean;
  onName: (name: string, isShared: boolean) => Promise<void>;
  onClose: () => void;
}

function NameDialog({ title, given, askSharing, onName, onClose }: NameDialogProps) {
  const [name, setName] = useState(given);
  const [shared, setShared] = useState(false);
  const naming = useMutation({ mutationFn: () => onName(name.trim(), shared) });
  return (
    <Modal opened onClose={onClose} title={title} size={400} closeButtonProps={{ "aria-label": "Close" }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) naming.mutate();
        }}
      >
        <Stack gap="sm">
          {naming.error && <ProblemNotice error={naming.error} />}
          <TextInput label="Name" required maxLength={120} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} data-testid="view-name" />
          {askSharing && (
            <Tooltip label="Everybody can open it; only you change it" position="bottom-start">
              <Checkbox label="Share with everybody" checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} data-testid="view-shared" />
            </Tooltip>
          )}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={naming.isPending} disabled={!name.trim()} leftSection={<BookmarkIcon size={14} />} data-testid="view-submit">
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
