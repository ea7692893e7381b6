/** The addresses. Areas are loaded when somebody goes there; an address never holds personal data. */

import { Refusal } from "@balie/api";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { cache } from "./server/cache";
import { sessionQuery } from "./session/session";
import { SignInPage } from "./session/sign-in-page";
import { FaultPage, LostPage } from "./shell/fault-page";
import { Shell } from "./shell/shell";

export interface DeskSearch {
  /** The contacts that are open beside each other. */
  open?: string[];
  /** Which of them has the attention. */
  at?: string;
  /** On a small screen: what is about the contact instead of the conversation. */
  pane?: "about";
}

const root = createRootRoute({ component: Outlet, notFoundComponent: LostPage, errorComponent: FaultPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { to?: string } => {
    const to = search.to;
    return typeof to === "string" && /^\/(?!\/)/.test(to) ? { to } : {};
  },
  component: SignInPage,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ location }) => {
    try {
      await cache.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof Refusal && error.signInNeeded) {
        throw redirect({ to: "/sign-in", search: location.pathname === "/" ? {} : { to: location.href } });
      }
      throw error;
    }
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/desk", search: {} });
  },
});

const desk = createRoute({
  getParentRoute: () => shell,
  path: "/desk",
  validateSearch: (search): DeskSearch => {
    const open = Array.isArray(search.open) ? search.open.filter(isContactId).slice(0, 4) : [];
    return {
      ...(open.length > 0 && { open }),
      ...(isContactId(search.at) && open.includes(search.at) && { at: search.at }),
      ...(search.pane === "about" && { pane: "about" as const }),
    };
  },
  component: lazyRouteComponent(() => import("./areas/desk/desk"), "Desk"),
});

export const router = createRouter({
  routeTree: root.addChildren([signIn, shell.addChildren([home, desk])]),
  defaultPreload: "intent",
  defaultErrorComponent: FaultPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function isContactId(text: unknown): text is string {
  return typeof text === "string" && /^cnt_\w+$/.test(text);
}
