// The places of the interface, and the drawer that holds them on a narrow screen.
import { createContext, useContext } from "react";

import {
  AccountIcon, BellIcon, BoardIcon, ChartIcon, CheckIcon, ContactIcon, DashboardIcon, DealIcon, ImportIcon, LeadIcon, TableIcon, TaskIcon, WorkflowIcon, type Icon,
} from "../ui/icons";

export interface Place {
  label: string;
  to: string;
  icon: Icon;
  /** The second key of the shortcut that begins with g. */
  key: string;
}

export const INBOX: Place = { label: "Inbox", to: "/inbox", icon: BellIcon, key: "n" };

export const PLACES: Place[][] = [
  [{ label: "Board", to: "/board", icon: BoardIcon, key: "b" }, INBOX],
  [
    { label: "Accounts", to: "/accounts", icon: AccountIcon, key: "a" },
    { label: "Contacts", to: "/contacts", icon: ContactIcon, key: "c" },
    { label: "Leads", to: "/leads", icon: LeadIcon, key: "l" },
    { label: "Deals", to: "/deals", icon: DealIcon, key: "d" },
    { label: "Tasks", to: "/tasks", icon: TaskIcon, key: "t" },
  ],
  [
    { label: "Imports", to: "/imports", icon: ImportIcon, key: "i" },
    { label: "Dashboard", to: "/dashboard", icon: DashboardIcon, key: "r" },
    { label: "Metrics", to: "/figures", icon: ChartIcon, key: "m" },
    { label: "Reports", to: "/reports", icon: TableIcon, key: "e" },
    { label: "Approvals", to: "/approvals", icon: CheckIcon, key: "p" },
    { label: "Workflows", to: "/workflows", icon: WorkflowIcon, key: "w" },
  ],
];

interface Drawer {
  open: () => void;
}

export const DrawerContext = createContext<Drawer>({ open: () => undefined });

export function useNavigationDrawer(): Drawer {
  return useContext(DrawerContext);
}
