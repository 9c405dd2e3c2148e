// The frame of every screen: a slim header with the title and its actions, and the body below it.
import { ActionIcon } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

import { Bell } from "../app/Bell";
import { useUnread } from "../app/inbox";
import { useNavigationDrawer } from "../app/navigation";
import { MenuIcon } from "./icons";
import classes from "./Page.module.css";

interface PageProps {
  title: string;
  /** Replaces the plain title in the header; the title is still the document's. */
  heading?: ReactNode;
  actions?: ReactNode;
  toolbar?: ReactNode;
  children: ReactNode;
  /** "fill": the body is as tall as the window and scrolls inside itself. */
  body?: "scroll" | "fill";
  width?: number;
}

export function Page({ title, heading, actions, toolbar, children, body = "scroll", width }: PageProps) {
  const unread = useUnread();
  useDocumentTitle(`${unread > 0 ? `(${unread}) ` : ""}${title} · Rapport`);
  const drawer = useNavigationDrawer();
  return (
    <main className={classes.page} id="main">
      <header className={classes.header}>
        <ActionIcon className={classes.burger} aria-label="Open navigation" onClick={drawer.open}>
          <MenuIcon size={18} />
        </ActionIcon>
        {heading ?? <h1 className={classes.title}>{title}</h1>}
        <div className={classes.actions}>{actions}</div>
        <Bell className={classes.bell} />
      </header>
      {toolbar && <div className={classes.toolbar}>{toolbar}</div>}
      <div className={body === "fill" ? classes.fill : classes.scroll}>
        {width ? (
          <div className={classes.measure} style={{ maxWidth: width }}>
            {children}
          </div>
        ) : (
          children
        )}
      </div>
    </main>
  );
}
