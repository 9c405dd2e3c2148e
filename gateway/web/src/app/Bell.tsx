// The bell: how many notifications wait to be read, on every screen; new ones are said and, while the page is looked
// at, shown for a moment.
import { UnstyledButton } from "@mantine/core";
import { notifications as toasts } from "@mantine/notifications";
import { useEffect, useRef, useState } from "react";
import { NavLink, useLocation, useNavigate } from "react-router";

import { notifications as api } from "../api/client";
import type { Notification } from "../api/types";
import { count } from "../ui/format";
import { BellIcon } from "../ui/icons";
import classes from "./Bell.module.css";
import { addressOfNotification, onNotification, useUnread } from "./inbox";
import { keys, queryClient } from "./queryClient";

const MOST_SHOWN = 99;

export function Bell({ className }: { className?: string }) {
  const unread = useUnread();
  const said = unread === 0 ? "Inbox, nothing unread" : `Inbox, ${count(unread)} unread`;
  return (
    <NavLink to="/inbox" className={`${classes.bell} ${className ?? ""}`} aria-label={said} title={said} data-testid="bell">
      <BellIcon size={18} />
      {unread > 0 && (
        <span className={`${classes.count} num`} data-testid="unread-count" aria-hidden="true">
          {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
        </span>
      )}
    </NavLink>
  );
}

/** Says new notifications to screen readers, and shows them while the tab is looked at and not the inbox itself. */
export function Announcer() {
  const [said, setSaid] = useState("");
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const isInbox = useRef(false);
  isInbox.current = pathname === "/inbox";
  useEffect(
    () =>
      onNotification((notification) => {
        setSaid(`New notification: ${notification.title}`);
        if (document.visibilityState === "visible" && !isInbox.current) show(notification, (to) => navigate(to));
      }),
    [navigate],
  );
  return (
    <div role="status" aria-live="polite" className={classes.unseen} data-testid="announcer">
      {said}
    </div>
  );
}

function show(notification: Notification, go: (to: string) => void): void {
  const open = () => {
    toasts.hide(notification.id);
    go(addressOfNotification(notification) ?? "/inbox");
    void api.markRead(notification.id).finally(() => void queryClient.invalidateQueries({ queryKey: keys.notifications }));
  };
  toasts.show({
    id: notification.id,
    autoClose: 8000,
    withCloseButton: true,
    closeButtonProps: { "aria-label": "Close" },
    color: "iris",
    icon: <BellIcon size={15} />,
    message: (
      <UnstyledButton className={classes.toast} onClick={open} data-testid="notification-toast">
        <span className={classes.title}>{notification.title}</span>
        {notification.body && <span className={classes.body}>{notification.body}</span>}
      </UnstyledButton>
    ),
  });
}
