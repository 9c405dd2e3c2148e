// What stays while screens change: navigation on the left, the connection state, search, shortcuts.
import { Drawer } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useEffect, useMemo, type ReactNode } from "react";
import { useLocation, useNavigate } from "react-router";

import type { ActivityKind } from "../api/types";
import { atHand } from "./atHand";
import { Announcer } from "./Bell";
import { Banner } from "./Connection";
import { openDialog } from "./dialogs";
import { Dialogs } from "./Dialogs";
import { useLiveUpdates } from "./liveUpdates";
import { DrawerContext, PLACES } from "./navigation";
import { Navigation } from "./Navigation";
import { Palette } from "./Palette";
import { useRecent } from "./recent";
import { useCanWrite, useSession } from "./session";
import { Shortcuts } from "./Shortcuts";
import classes from "./Shell.module.css";

export function Shell({ children }: { children: ReactNode }) {
  useLiveUpdates();
  const [drawerOpened, drawer] = useDisclosure(false);
  const [paletteOpened, palette] = useDisclosure(false);
  const [helpOpened, help] = useDisclosure(false);
  const { pathname } = useLocation();
  const { close } = drawer;

  useEffect(() => close(), [pathname, close]);
  useHotkeys([["mod+K", palette.open]], []);
  useHotkeys([["/", palette.open]]);
  useKeys(help.open);

  const drawerControl = useMemo(() => ({ open: drawer.open }), [drawer.open]);
  return (
    <DrawerContext value={drawerControl}>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <div className={classes.shell}>
        <aside className={classes.side}>
          <Navigation onSearch={palette.open} onHelp={help.open} />
        </aside>
        <div className={classes.main}>
          <Banner />
          <Announcer />
          <div className={classes.screen}>{children}</div>
        </div>
      </div>
      <Drawer.Root opened={drawerOpened} onClose={close} size={264}>
        <Drawer.Overlay backgroundOpacity={0.4} />
        <Drawer.Content aria-label="Navigation" className={classes.drawer}>
          <Drawer.Body p={0} className={classes.drawerBody}>
            <Navigation
              onSearch={() => {
                close();
                palette.open();
              }}
              onHelp={help.open}
            />
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
      <Palette opened={paletteOpened} onClose={palette.close} onHelp={help.open} />
      <Dialogs />
      <Shortcuts opened={helpOpened} onClose={help.close} />
    </DrawerContext>
  );
}

const LOG_KEYS: Record<string, ActivityKind> = { c: "call", n: "note", t: "task", m: "meeting", e: "email" };

/** `g` and a letter goes to a place, as in `g d` for deals; `l` and a letter logs about the record at hand; `?` shows all. */
function useKeys(onHelp: () => void): void {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { user } = useSession();
  const recent = useRecent(user.id);
  const canWrite = useCanWrite();
  useEffect(() => {
    let first = "";
    let pressedAt = 0;
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (document.querySelector("[role=dialog]")) return;
      if (event.key === "?") return onHelp();
      const before = Date.now() - pressedAt < 1200 ? first : "";
      first = "";
      if (before === "g") {
        const place = PLACES.flat().find((each) => each.key === event.key);
        if (!place) return;
        event.preventDefault();
        event.stopPropagation();
        navigate(place.to);
      } else if (before === "l") {
        const kind = LOG_KEYS[event.key];
        if (!kind || !canWrite) return;
        event.preventDefault();
        event.stopPropagation();
        openDialog({ name: "log", kind, about: atHand(pathname, recent) });
      } else if (event.key === "g" || event.key === "l") {
        first = event.key;
        pressedAt = Date.now();
      }
    };
    // Before the screens hear it: the `c` of `g c` makes no new record.
    window.addEventListener("keydown", listen, true);
    return () => window.removeEventListener("keydown", listen, true);
  }, [navigate, onHelp, pathname, recent, canWrite]);
}
