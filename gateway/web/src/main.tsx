// Where the interface starts: styles, theme, cache, router.
import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme/tokens.css";

import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { App } from "./app/App";
import { queryClient } from "./app/queryClient";
import { cssVariables, theme } from "./theme/theme";

// A screen's code is loaded when first opened; after an upgrade the file this page knows may be gone. The new page
// knows the new one. Not twice in a row, should the file really be missing.
window.addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("rapport-reloaded") ?? 0);
  if (Date.now() - last < 30_000) return;
  sessionStorage.setItem("rapport-reloaded", String(Date.now()));
  event.preventDefault();
  window.location.reload();
});

const scheme = localStorageColorSchemeManager({ key: "rapport-scheme" });

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={scheme} cssVariablesResolver={cssVariables}>
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-center" limit={3} zIndex={400} />
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
