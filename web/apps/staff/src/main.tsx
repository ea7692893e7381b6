/** Where the page begins: theme and language first, so that nothing jumps, then the application. */
// The order of style layers is set by the first sheet, so it stands before everything that brings one along.
import "@balie/ui/styles.css";

import { likelyLanguage, setLanguage } from "@balie/i18n";
import { applyTheme } from "@balie/ui";
import { createRoot } from "react-dom/client";
import { App } from "./app";

applyTheme();
await setLanguage(likelyLanguage());
const place = document.getElementById("app");
if (place) createRoot(place).render(<App />);
