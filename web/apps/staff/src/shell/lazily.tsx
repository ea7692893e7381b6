/** A part of a screen that is loaded when it is first shown, and fetched beforehand when the computer has time. */
import { type ComponentType, lazy, Suspense } from "react";

export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const Part: ComponentType<Props> = lazy<ComponentType<Props>>(() =>
    load().then((component) => ({ default: component })),
  ) as unknown as ComponentType<Props>;
  whenIdle(() => load().catch(() => undefined));
  return (props: Props) => (
    <Suspense fallback={null}>
      <Part {...props} />
    </Suspense>
  );
}

function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: 10_000 });
  else setTimeout(run, 3000);
}
