/** One authenticated request to the simulated OpenAI API. */
import type { Parameters } from '../parameters.ts';
import type { World } from '../world.ts';

/** What real organisations do differently from each other, switched on per key. */
export interface OpenAiQuirks {
  /** 400 on `user_id` together with `project_id` in the cost report. */
  refusesUserWithProject: boolean;
  /** Cost rows do not carry the undocumented `organization_id`. */
  hidesOrganizationInRows: boolean;
}

export interface OpenAiCall {
  /** Below `/v1`, e.g. `/organization/costs`. */
  path: string;
  parameters: Parameters;
  now: Date;
  world: World;
  quirks: OpenAiQuirks;
  /** Admin keys made or seen for this organisation: they are listed like the customer's own. */
  adminKeys: readonly IssuedAdminKey[];
}

export interface IssuedAdminKey {
  id: string;
  name: string;
  redacted: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}
