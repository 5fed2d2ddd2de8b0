import { Environment, type FetchFunction, Network, RecordSource, Store } from 'relay-runtime';

export interface Settings {
  url: string;
  /** The portal token of whoever is signed in, read before each request. */
  token?: () => string | undefined;
  /** Errors of fields, whose answer is used all the same, null where they failed. */
  onFieldErrors?: (errors: FieldError[]) => void;
}

export interface FieldError {
  message: string;
  path?: (string | number)[];
  extensions?: { code: string; retryable: boolean; requestId: string };
}

/** A request that failed; an error boundary reads its code. */
export class ServerError extends Error {
  code: string | undefined;

  constructor({ message, extensions }: FieldError) {
    super(message);
    this.code = extensions?.code;
  }
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

export function createEnvironment({ url, token, onFieldErrors }: Settings) {
  const fetchAnswer: FetchFunction = async ({ text: query, name }, variables) => {
    const authorization = token?.();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify({ query, variables, operationName: name }),
    });
    const answer = await response.json();
    const errors: FieldError[] = answer.errors ?? [];
    const fatal = answer.data ? errors.find((error) => error.extensions?.code === 'UNAUTHENTICATED') : errors[0];
    if (fatal) throw new ServerError(fatal);
    if (errors.length > 0) onFieldErrors?.(errors);
    return answer;
  };

  return new Environment({
    network: Network.create(fetchAnswer),
    store: new Store(new RecordSource()),
    getDataID,
  });
}
