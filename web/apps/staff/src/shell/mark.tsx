/** The product's own sign. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--balie-color-accent)" />
      <path d="M8 9h16v4H12v3h12v7H8z" fill="var(--balie-color-on-accent)" />
    </svg>
  );
}
