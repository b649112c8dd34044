/** The provider simulator: OpenAI's and Anthropic's admin APIs on loopback, over a made-up but exact world. */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveControl } from './control-http.ts';
import { type SimulatorControl, createControl } from './control.ts';
import { deliver } from './delivery.ts';
import { exchange } from './exchange.ts';
import { startForeignHost } from './foreign-host.ts';
import { type SimulatorState, createState } from './state.ts';
import type { World } from './world.ts';

export interface SimulatorOptions {
  /** Default: any free port. */
  port?: number;
  /** Only loopback makes sense: every key-shaped text with `demo` in it is accepted. */
  host?: '127.0.0.1';
  /** Default: the machine's clock. */
  now?: () => Date;
  /** The world of its customer, others being made on demand. Default: the demo world. */
  world?: World;
}

export interface Simulator {
  url: string;
  /** Stands for `https://api.openai.com/v1`. */
  openaiBaseUrl: string;
  /** Stands for `https://api.anthropic.com`. */
  anthropicBaseUrl: string;
  control: SimulatorControl;
  /** Also ends requests that are never answered. */
  close(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', now = () => new Date(), world } = options;
  const foreign = await startForeignHost(host);
  const state = createState({ now, world, foreign });
  const control = createControl(state);
  let url = '';
  const server = createServer((request, response) => {
    serve(state, control, request, response, () => ({ elsewhere: foreign.url, here: url })).catch(() => failVisibly(response));
  });
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  } catch (error) {
    await foreign.close();
    throw error;
  }
  url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    openaiBaseUrl: `${url}/openai/v1`,
    anthropicBaseUrl: `${url}/anthropic`,
    control,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, foreign.close()]);
    },
  };
}

async function serve(
  state: SimulatorState,
  control: SimulatorControl,
  request: IncomingMessage,
  response: ServerResponse,
  places: () => { elsewhere: string; here: string },
): Promise<void> {
  if ((request.url ?? '').startsWith('/_sim/')) return serveControl(control, request, response);
  request.resume();
  const reply = exchange(state, request);
  if (!reply) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"nothing is simulated at this address"}');
    return;
  }
  await deliver(request, response, reply, places());
}

/** A fault of the simulator's own, told apart from the 500 that was asked for. */
function failVisibly(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"the simulator itself failed"}');
}
