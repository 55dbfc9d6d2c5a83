import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { precompress } from "./precompress.ts";

// The page may load nothing from elsewhere and run nothing inline, so nothing is inlined either.
export default defineConfig({
  plugins: [svelte(), precompress()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": "http://127.0.0.1:7682" } },
  test: { include: ["src/**/*.test.ts"] },
});
