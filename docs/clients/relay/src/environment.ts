import {
  ConnectionHandler,
  DefaultHandlerProvider,
  Environment,
  type EnvironmentConfig,
  type FetchFunction,
  Network,
  RecordSource,
  Store,
} from 'relay-runtime';

export interface Settings {
  url: string;
  /** The portal token of whoever is signed in, read before each request. */
  token?: () => string | undefined;
  /** The portal does not know the caller (any more): show the sign-in page. */
  onSignedOut?: () => void;
  /** Errors of fields, whose answer is used all the same, null where they failed. */
  onFieldErrors?: (errors: readonly FieldError[]) => void;
}

export interface FieldError {
  message: string;
  path?: (string | number)[];
  extensions?: { code: string; retryable: boolean; requestId: string; outcome?: Outcome };
}

/** A request that failed; an error boundary reads its code. */
export class ServerError extends Error {
  code: string | undefined;
  errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    super(messageOf(errors));
    this.code = codeOf(errors);
    this.errors = errors;
  }
}

/** The `extensions.code` of errors: of the first, but UNAUTHENTICATED wherever that stands. */
export function codeOf(errors: readonly FieldError[]): string | undefined {
  const codes = errors.map(({ extensions }) => extensions?.code);
  return codes.find((code) => code === 'UNAUTHENTICATED') ?? codes[0];
}

export type Outcome = 'DONE' | 'NOT_DONE' | 'UNKNOWN';

/**
 * What became of a write that has errors: with DONE only its answer has them, and with
 * UNKNOWN it may have been done, or in part, so read before you write again.
 */
export function outcomeOf(errors: readonly FieldError[] | 'broken'): Outcome | undefined {
  if (errors === 'broken') return 'UNKNOWN'; // the connection, perhaps after the request had arrived
  const outcomes = new Set(errors.map(({ extensions }) => extensions?.outcome));
  return outcomes.size > 1 ? 'UNKNOWN' : [...outcomes][0];
}

/** All that has failed in one line: what stands first, where, and how much more. */
export function messageOf([first, ...others]: readonly FieldError[]): string {
  const place = first?.path?.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('').slice(1);
  return `${place ? `${place}: ` : ''}${first?.message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
}

/**
 * The key of an object in Relay's store. Relay's own would be `id`, but here
 * that is the portal's number: stage 15 and opportunity 15 would be one record.
 * Objects that are no `Node`, such as CustomField, have an `id` that is unique to
 * their type; relay-compiler does not add it to a selection, so select it. Those
 * without either belong to the record that holds them.
 */
export function getDataID(fields: { nodeId?: string; id?: string }, typename: string) {
  if (fields.nodeId) return fields.nodeId;
  return fields.id && `${typename}:${fields.id}`;
}

/** Keeps the rows of a list that the answer has null for, which it has when it failed. */
const handlerProvider: EnvironmentConfig['handlerProvider'] = (handle) => {
  if (handle !== 'connection') return DefaultHandlerProvider(handle);
  return {
    update(store, payload) {
      const holder = store.get(payload.dataID);
      const isThere = holder?.getLinkedRecord(payload.fieldKey);
      if (isThere || !holder?.getLinkedRecord(payload.handleKey)) ConnectionHandler.update(store, payload);
    },
  };
};

// An error outside of rows: a page without its list has nothing to show.
const isOfWhole = ({ path = [] }: FieldError) => !path.some((part) => typeof part === 'number');

export function createEnvironment({ url, token, onSignedOut, onFieldErrors }: Settings) {
  const fetchAnswer: FetchFunction = async ({ text: query, name }, variables) => {
    const authorization = token?.();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify({ query, variables, operationName: name }),
    });
    const answer = await response.json();
    const errors: FieldError[] = answer.errors ?? [];
    if (errors.length === 0) return answer;

    const isSignedOut = codeOf(errors) === 'UNAUTHENTICATED';
    if (isSignedOut) onSignedOut?.();
    const isPage = variables.after != null;
    if (!answer.data || isSignedOut || (isPage && errors.some(isOfWhole))) throw new ServerError(errors);
    onFieldErrors?.(errors);
    return answer;
  };

  return new Environment({
    network: Network.create(fetchAnswer),
    store: new Store(new RecordSource()),
    getDataID,
    handlerProvider,
  });
}
