// The left column: workspace, search, places, connection state and the person signed in.
import { Kbd, UnstyledButton } from "@mantine/core";
import { NavLink } from "react-router";

import { SearchIcon } from "../ui/icons";
import { Bell } from "./Bell";
import { ConnectionState } from "./Connection";
import { Logo } from "./Logo";
import { INBOX, PLACES } from "./navigation";
import classes from "./Navigation.module.css";
import { useSession } from "./session";
import { UserMenu } from "./UserMenu";

interface NavigationProps {
  onSearch: () => void;
  onHelp: () => void;
}

export function Navigation({ onSearch, onHelp }: NavigationProps) {
  const { workspace } = useSession();
  return (
    <div className={classes.navigation}>
      <div className={classes.workspace}>
        <Logo size={26} />
        <span className={`${classes.name} clip`} data-testid="workspace-name" title={workspace.name}>
          {workspace.name}
        </span>
        <Bell className={classes.bell} />
      </div>
      <UnstyledButton className={classes.search} onClick={onSearch} data-testid="open-search">
        <SearchIcon size={15} />
        <span>Search</span>
        <Kbd size="xs" className={classes.kbd}>
          /
        </Kbd>
      </UnstyledButton>
      <nav aria-label="Main" className={classes.places}>
        {PLACES.map((group, index) => (
          <ul key={index} className={classes.group}>
            {group.filter((place) => place !== INBOX).map(({ label, to, icon: Shape }) => (
              <li key={to}>
                <NavLink to={to} className={classes.place} data-testid={`nav-${to.slice(1)}`}>
                  <Shape size={17} />
                  {label}
                </NavLink>
              </li>
            ))}
          </ul>
        ))}
      </nav>
      <div className={classes.foot}>
        <ConnectionState />
        <UserMenu onHelp={onHelp} />
      </div>
    </div>
  );
}
