// The person signed in: theme, shortcuts, the documentation, sign out.
import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { Link } from "react-router";

import { session as sessionApi } from "../api/client";
import { setCsrfToken } from "../api/request";
import { ArchiveIcon, CheckIcon, FileIcon, InfoIcon, LinkIcon, MonitorIcon, MoonIcon, SignOutIcon, SunIcon, UpDownIcon } from "../ui/icons";
import { Initials } from "../ui/Person";
import { notifyProblem } from "../ui/Problem";
import { words } from "../ui/format";
import classes from "./UserMenu.module.css";
import { becomeSession } from "./queryClient";
import { useMay, useSession } from "./session";

const SCHEMES = [
  { value: "light", label: "Light", icon: SunIcon },
  { value: "dark", label: "Dark", icon: MoonIcon },
  { value: "auto", label: "System", icon: MonitorIcon },
] as const;

async function signOut(): Promise<void> {
  try {
    await sessionApi.close();
  } catch (error) {
    notifyProblem(error, "Sign out");
    return;
  }
  setCsrfToken(null);
  becomeSession(null);
}

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const { user } = useSession();
  const mayAdminister = useMay("administer");
  const mayConfigure = useMay("configure");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu width={228} position="top-start">
      <Menu.Target>
        <UnstyledButton className={classes.user} data-testid="user-menu">
          <span aria-hidden="true">
            <Initials name={user.name} size={26} />
          </span>
          <span className={classes.who}>
            <span className="clip">{user.name}</span>
            <span className={classes.role}>{words(user.role)}</span>
          </span>
          <UpDownIcon size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Theme</Menu.Label>
        {SCHEMES.map(({ value, label, icon: Shape }) => (
          <Menu.Item
            key={value}
            aria-current={colorScheme === value}
            closeMenuOnClick={false}
            leftSection={<Shape size={15} />}
            rightSection={colorScheme === value ? <CheckIcon size={14} /> : null}
            onClick={() => setColorScheme(value)}
            data-testid={`theme-${value}`}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {mayConfigure && (
          <Menu.Item leftSection={<ArchiveIcon size={15} />} component={Link} to="/dead-letters" data-testid="menu-letters">
            Dead letters
          </Menu.Item>
        )}
        {mayAdminister && (
          <Menu.Item leftSection={<LinkIcon size={15} />} component={Link} to="/partners" data-testid="menu-partners">
            Partners
          </Menu.Item>
        )}
        <Menu.Item leftSection={<InfoIcon size={15} />} onClick={onHelp}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<FileIcon size={15} />} component="a" href="/docs" target="_blank" rel="noreferrer">
          API documentation
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<SignOutIcon size={15} />} onClick={() => void signOut()} data-testid="sign-out">
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
