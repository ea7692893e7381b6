// The question to a visitor who has been silent: are you still there? One tap answers it; so does writing.

import { useEffect, useState } from "preact/hooks";
import { useShared } from "../shared";
import { clockTime, countdown } from "../words/words";

type Props = { until: number; here: () => void };

export function StillThere({ until, here }: Props) {
  const { language, words } = useShared();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <section class="still" aria-labelledby="still-title">
      <div role="alert">
        <h2 id="still-title">{words.stillThere.title}</h2>
        <p>{words.stillThere.text(clockTime(language, until))}</p>
      </div>
      <button type="button" class="primary" onClick={here}>
        {words.stillThere.yes}
        <span class="left" aria-hidden="true">
          {words.stillThere.left(countdown(until - now))}
        </span>
      </button>
    </section>
  );
}
