/** A hash as people compare it: its beginning and its end; all of it in the title. */
export function Hash({ hex }: { hex: string }) {
  return (
    <code title={hex} className="font-mono whitespace-nowrap">
      {hex.slice(0, 10)}…{hex.slice(-6)}
    </code>
  );
}
