/** What a test may do to a running simulator, from the same process. `control-http.ts` offers the same over HTTP. */
import { type BehaviourInput, behaviourSchema, isCorrection } from './behaviour.ts';
import type { ForeignVisit } from './foreign-host.ts';
import { type IssueOptions, type KeyRecord, keyIdOf } from './keys.ts';
import type { LoggedRequest } from './request-log.ts';
import type { SimulatorState } from './state.ts';
import { type Totals, type TotalsQuestion, totalsOf } from './totals.ts';
import type { World } from './world.ts';

export interface SimulatorControl {
  /** A new key; customers named for the first time get a world of their own. `behaviour` is in force from the start. */
  issueKey(options: IssueOptions & { behaviour?: BehaviourInput | readonly BehaviourInput[] }): string;
  /** The key is answered as if it had never existed. */
  revokeKey(keyOrId: string): void;
  /** How logs call a key. */
  keyId(key: string): string;
  /**
   * From now on this key meets the given misbehaviour. Corrections (`correct_day`, `vanish_row`, `move_row`) change the
   * customer's data, for all its keys and for the totals.
   * @returns a number for `behave`, 0 for a correction. @throws RangeError for an unknown key, ZodError for a malformed behaviour.
   */
  misbehave(keyOrId: string, behaviour: BehaviourInput): number;
  /** Ends one misbehaviour; without an id all of the key's, and its customer's corrections. */
  behave(keyOrId: string, id?: number): void;
  /** Requests in the order they came; all of them without an id. */
  requests(keyOrId?: string): readonly LoggedRequest[];
  clearRequests(keyOrId?: string): void;
  /** Visits to the other host that redirects lead to. */
  foreignVisits(): readonly ForeignVisit[];
  world(org?: string): World;
  totals(question: TotalsQuestion & { org?: string; asOf?: Date }): Totals;
  /** Stops the clock at a moment; null lets it run again. */
  setNow(at: Date | null): void;
  now(): Date;
}

export function createControl(state: SimulatorState): SimulatorControl {
  const find = (keyOrId: string) => state.keys.find(keyOrId, state.now());
  const idOf = (keyOrId: string) => (keyOrId.startsWith('simkey_') ? keyOrId : keyIdOf(keyOrId));
  return {
    issueKey({ behaviour, ...options }) {
      const key = state.keys.issue(options, state.now());
      const wanted = behaviour === undefined ? [] : [behaviour].flat();
      for (const each of wanted) addBehaviour(state, find(key), each);
      return key;
    },
    revokeKey(keyOrId) {
      find(keyOrId).revoked = true;
    },
    keyId: keyIdOf,
    misbehave: (keyOrId, behaviour) => addBehaviour(state, find(keyOrId), behaviour),
    behave(keyOrId, id) {
      const record = find(keyOrId);
      record.behaviours.remove(id);
      if (id === undefined) state.worldOf(record.org)[record.provider].dropCorrections();
    },
    requests: (keyOrId) => state.log.list(keyOrId === undefined ? undefined : idOf(keyOrId)),
    clearRequests: (keyOrId) => state.log.clear(keyOrId === undefined ? undefined : idOf(keyOrId)),
    foreignVisits: () => state.foreign.visits(),
    world: (org = 'demo') => state.worldOf(org),
    totals: ({ org = 'demo', asOf, ...question }) => totalsOf(state.worldOf(org), question, asOf ?? state.now()),
    setNow: (at) => state.setNow(at),
    now: () => state.now(),
  };
}

function addBehaviour(state: SimulatorState, record: KeyRecord, input: BehaviourInput): number {
  const behaviour = behaviourSchema.parse(input);
  if (isCorrection(behaviour)) {
    state.worldOf(record.org)[record.provider].correct(behaviour);
    return 0;
  }
  return record.behaviours.add(behaviour);
}
