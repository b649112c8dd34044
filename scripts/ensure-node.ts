/** `npm run` uses the Node that npm installed; a checkout whose install was cut short would fall back to an older one. */
export function ensureNode(): void {
  if (Number(process.versions.node.split('.')[0]) >= 24) return;
  process.stderr.write(`Node 24 or newer is needed, this is ${process.versions.node}. Run \`npm ci\`, and start through \`npm run\`, which uses the Node it installs.\n`);
  process.exit(1);
}
