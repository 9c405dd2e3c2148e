// What stays while screens change: navigation on the left, the connection state, search, shortcuts.
import { Drawer } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useEffect, useMemo, type ReactNode } from "react";
import { useLocation, useNavigate } from "react-router";

import { Banner } from "./Connection";
import { useLiveUpdates } from "./liveUpdates";
import { DrawerContext, PLACES } from "./navigation";
import { Navigation } from "./Navigation";
import { Palette } from "./Palette";
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
      <Palette opened={paletteOpened} onClose={palette.close} />
      <Shortcuts opened={helpOpened} onClose={help.close} />
    </DrawerContext>
  );
}

/** `g` and then a letter goes to a place, as in `g d` for deals; `?` shows all shortcuts. */
function useKeys(onHelp: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let pressedG = 0;
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (document.querySelector("[role=dialog]")) return;
      if (event.key === "?") return onHelp();
      if (event.key === "g") {
        pressedG = Date.now();
        return;
      }
      const place = Date.now() - pressedG < 1200 && PLACES.flat().find((each) => each.key === event.key);
      pressedG = 0;
      if (place) {
        event.preventDefault();
        navigate(place.to);
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [navigate, onHelp]);
}
