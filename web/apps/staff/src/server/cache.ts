/** What the screens have loaded. Tries again by itself only when that is safe and can help. */
import { Refusal } from "@balie/api";
import { QueryClient } from "@tanstack/react-query";

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      networkMode: "always",
      retry: (failures, error) => error instanceof Refusal && error.passing && failures < 3,
      retryDelay: (attempt) => Math.min(8000, 500 * 2 ** attempt),
    },
    mutations: { networkMode: "always" },
  },
});
