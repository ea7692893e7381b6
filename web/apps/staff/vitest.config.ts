/** Tests of screens run in happy-dom, without a network. */
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] } });
