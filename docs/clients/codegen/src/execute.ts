import type { TypedDocumentString } from './__generated__/graphql';

export const settings = {
  url: 'http://127.0.0.1:8080/graphql',
  /** The portal token of whoever is signed in. */
  token: undefined as string | undefined,
};

export interface FieldError {
  message: string;
  path?: (string | number)[];
  extensions?: { code: string; retryable: boolean; requestId: string; outcome?: 'DONE' | 'NOT_DONE' | 'UNKNOWN' };
}

/** An answer with errors; `data` is what could be answered all the same. */
export class GraphQLErrors<T> extends Error {
  errors: FieldError[];
  data: T | null | undefined;

  constructor(errors: FieldError[], data: T | null | undefined) {
    super(messageOf(errors));
    this.errors = errors;
    this.data = data;
  }

  get code() {
    const codes = this.errors.map(({ extensions }) => extensions?.code);
    return codes.find((code) => code === 'UNAUTHENTICATED') ?? codes[0];
  }
}

/** All that has failed in one line: what stands first, where, and how much more. */
function messageOf([first, ...others]: FieldError[]) {
  const place = first?.path?.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('').slice(1);
  return `${place ? `${place}: ` : ''}${first?.message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
}

/** Asks the server; the type of the answer and the variables are the document's. */
export async function execute<T, V>(
  document: TypedDocumentString<T, V>,
  ...[variables]: V extends Record<string, never> ? [] : [V]
): Promise<T> {
  const response = await fetch(settings.url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(settings.token && { Authorization: settings.token }),
    },
    body: JSON.stringify({ query: document, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new GraphQLErrors<T>(errors, data);
  return data;
}
