// An offer that nobody takes goes on to the next, and never gets lost.
import { until } from "../house/checks.mjs";
import { story } from "../house/stage.mjs";

const question = "Er ligt een boom op de weg.";
const longerThanAnOffer = 30_000;

/** An offer to Sem, with Yasmin ready beside him. */
async function offered(stage) {
  const resident = await stage.customer();
  await resident.asks(question, { topic: "Melding over straat" });
  const sem = await stage.agent("sem.bakker@lindedam.example");
  await sem.goesReady();
  await sem.offer(question).waitFor();
  const yasmin = await stage.agent("yasmin.haddad@lindedam.example");
  await yasmin.goesReady();
  return { resident, sem, yasmin };
}

story("who lets an offer pass stays ready, and a colleague gets it", async (stage) => {
  const { resident, sem, yasmin } = await offered(stage);
  await sem.offer(question).getByRole("button", { name: "Laten gaan" }).click();
  await sem.offer(question).waitFor({ state: "detached" });
  await sem.isNow("ready");
  await yasmin.accepts(question);
  await resident.isHelpedBy("Yasmin Haddad");
});

story("who misses an offer is not ready any more, and a colleague gets it", async (stage) => {
  const { resident, sem, yasmin } = await offered(stage);
  await yasmin.offer(question).waitFor({ timeout: longerThanAnOffer });
  await sem.isNow("not_ready");
  await sem.tab.getByText("Je liet een aanbod voorbijgaan.").waitFor();
  await sem.offer(question).waitFor({ state: "detached" });
  await until(() => sem.tab.title(), "Balie · Balie", "the title is calm again");

  await yasmin.accepts(question);
  await resident.isHelpedBy("Yasmin Haddad");
  await sem.goesReady();
});

story("when the customer leaves, the offer goes away by itself", async (stage) => {
  const { resident, sem, yasmin } = await offered(stage);
  await resident.ends();
  await sem.offer(question).waitFor({ state: "detached" });
  await sem.isNow("ready");
  await yasmin.tab.getByText("Er wacht niemand.").waitFor();
});
