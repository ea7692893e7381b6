// How the house is looked at: in light and dark, on a desk and on a telephone, in Dutch and English, with movement off.
import { accessible, fits } from "./checks.mjs";

export const looks = [
  { scheme: "light", width: 1440, height: 900, language: "nl" },
  { scheme: "dark", width: 390, height: 844, language: "en" },
  { scheme: "dark", width: 1440, height: 900, language: "nl" },
  { scheme: "light", width: 390, height: 844, language: "en" },
].map((look) => ({ ...look, reducedMotion: "reduce", name: `${look.scheme}, ${look.width} px, ${look.language}` }));

/** Words that find every place where a long one does not fit. */
export const long =
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft https://lindedam.example/een/heel/lang/adres/dat/nergens/breekt/en/maar/doorgaat?met=van&alles=erin";

/** Nothing wrong with a page or frame as it now is. */
export async function sound(frame, what) {
  await accessible(frame, what);
  await fits(frame, what);
}
