/** `GET /health`: 200 when all is well, 503 when something is not. A degraded worker is up and says so. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Vitals } from '#worker/vitals.ts';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @param port 0 = any that is free */
export function startHealth(host: string, port: number, vitals: () => Vitals): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const known = request.url === '/health' && (request.method === 'GET' || request.method === 'HEAD');
    const { database, queue, clock } = vitals();
    const ok = database && queue && clock;
    response.writeHead(known ? (ok ? 200 : 503) : 404, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' });
    response.end(known && request.method === 'GET' ? JSON.stringify({ ok, database, queue, clock }) : undefined);
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  return listening(server, host, port);
}

function listening(server: Server, host: string, port: number): Promise<HealthServer> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
