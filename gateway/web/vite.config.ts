// One static bundle for the gateway to serve. Nothing may be inlined as a data: URL and nothing may be fetched from
// elsewhere: the content security policy allows this origin only.
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  build: {
    target: "es2022",
    outDir: "node_modules/.build",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { "/v1": { target: loadEnv(mode, ".", "RAPPORT_").RAPPORT_PUBLIC_URL ?? "http://127.0.0.1:8080", changeOrigin: true } },
  },
}));
