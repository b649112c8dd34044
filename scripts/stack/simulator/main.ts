/**
 * Runs the simulator on its own: `npx tsx scripts/stack/simulator/main.ts`. `SIMULATOR_PORT` chooses the port (any free
 * one by default), `SIMULATOR_NOW` stops its clock at a moment. Prints one line of JSON with the addresses.
 */
import { startSimulator } from './server.ts';

const { SIMULATOR_PORT, SIMULATOR_NOW } = process.env;
const port = SIMULATOR_PORT ? Number(SIMULATOR_PORT) : 0;
if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError('SIMULATOR_PORT must be a port number');
const fixed = SIMULATOR_NOW ? new Date(SIMULATOR_NOW) : null;
if (fixed && Number.isNaN(fixed.getTime())) throw new RangeError('SIMULATOR_NOW must be an ISO date and time');

const simulator = await startSimulator({ port, ...(fixed ? { now: () => fixed } : {}) });
const { url, openaiBaseUrl, anthropicBaseUrl } = simulator;
process.stdout.write(`${JSON.stringify({ url, openaiBaseUrl, anthropicBaseUrl })}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}
