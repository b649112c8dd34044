import type { NextConfig } from 'next';
import { closedHeaders } from './app/_server/security-headers.ts';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm run check` over the whole project, once.
  typescript: { ignoreBuildErrors: true },
  productionBrowserSourceMaps: false,
  devIndicators: false,
  // Every image is our own SVG; the optimiser would be an address that fetches and resizes for strangers.
  images: { unoptimized: true },
  experimental: { serverActions: { bodySizeLimit: '256kb' } },
  headers: async () => [{ source: '/:path*', headers: closedHeaders().map(([key, value]) => ({ key, value })) }],
};

export default config;
