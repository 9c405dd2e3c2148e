// The way in: a one-time link, no password. Also what someone signed out sees, and the moment before we know.
import { Button, Code, Loader, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";

import { session as sessionApi } from "../api/client";
import { hasStatus } from "../api/problem";
import { setCsrfToken } from "../api/request";
import { ProblemNotice } from "../ui/Problem";
import { Logo } from "./Logo";
import { becomeSession } from "./queryClient";
import classes from "./SignIn.module.css";

function Frame({ children }: { children: ReactNode }) {
  useDocumentTitle("Sign in · Rapport");
  return (
    <main className={classes.frame}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <Logo size={34} />
          <span>Rapport</span>
        </div>
        {children}
      </div>
    </main>
  );
}

function HowToGetALink() {
  return (
    <Stack gap={8} className={classes.how}>
      <Text size="sm">On the machine where Rapport runs, ask for a link and open it:</Text>
      <Code block className={classes.code}>
        ./rapport open
      </Code>
      <Text size="sm" c="dimmed">
        Not your machine? Ask an administrator of your workspace for a link. Links work once and for a short time.
      </Text>
    </Stack>
  );
}

export function SignedOut() {
  return (
    <Frame>
      <Title order={1} className={classes.title} data-testid="signed-out">
        Sign in with a link
      </Title>
      <HowToGetALink />
    </Frame>
  );
}

/** Spends the token in the address (after #, so it never reaches a log) and goes to the board. */
export function SignIn({ signedIn }: { signedIn: boolean }) {
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get("token"));
  const spent = useRef(false);

  useEffect(() => {
    if (!token || spent.current) return;
    spent.current = true;
    window.history.replaceState(null, "", "/sign-in");
    sessionApi.open(token).then(
      (session) => {
        setCsrfToken(session.csrf_token);
        becomeSession(session);
        navigate("/board", { replace: true });
      },
      (reason: unknown) => setError(reason),
    );
  }, [token, navigate]);

  if (error !== null) {
    const refused = hasStatus(error, 401) || hasStatus(error, 400) || hasStatus(error, 422) || hasStatus(error, 410);
    return (
      <Frame>
        <Title order={1} className={classes.title} data-testid="link-refused">
          {refused ? "This link no longer works" : "Signing in did not work"}
        </Title>
        {refused && (
          <Text size="sm">A sign-in link works once and for a short time. This one was used already, or it has expired.</Text>
        )}
        <ProblemNotice error={error} />
        {refused && <HowToGetALink />}
        {signedIn && <BackToBoard />}
      </Frame>
    );
  }
  if (!token) {
    return signedIn ? (
      <Frame>
        <Title order={1} className={classes.title}>
          You are signed in
        </Title>
        <BackToBoard />
      </Frame>
    ) : (
      <SignedOut />
    );
  }
  return (
    <Frame>
      <div className={classes.wait} role="status">
        <Loader size="sm" /> Signing you in
      </div>
    </Frame>
  );
}

function BackToBoard() {
  const navigate = useNavigate();
  return <Button onClick={() => navigate("/board")}>Go to the board</Button>;
}

export function Starting({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (!error) return <main className={classes.blank} aria-busy="true" aria-label="Loading" />;
  return (
    <Frame>
      <ProblemNotice error={error} onRetry={onRetry} />
      <Text size="sm" c="dimmed">
        If Rapport is not running, start it with <Code>./rapport up</Code>; <Code>./rapport doctor</Code> says what is wrong.
      </Text>
    </Frame>
  );
}
