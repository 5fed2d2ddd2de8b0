// GraphQL with nothing but fetch: in a browser, Node, Deno, Bun.

/** An answer with errors. `data` is what could be answered all the same. */
export class GraphQLErrors extends Error {
  constructor(errors, data) {
    super(messageOf(errors));
    this.errors = errors;
    this.data = data;
    const codes = errors.map((error) => error.extensions?.code);
    this.code = codes.find((code) => code === 'UNAUTHENTICATED') ?? codes[0];
    // A mutation of several fields may have been done in part, which is not to be done twice.
    const isPart = errors.some((error) => error.extensions?.outcome) && Object.values(data ?? {}).some((field) => field !== null);
    this.retryable = !isPart && errors.every((error) => error.extensions?.retryable);
  }
}

/** All that has failed in one line: what stands first, where, and how much more. */
function messageOf([{ path = [], message }, ...others]) {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('').slice(1);
  return `${place ? `${place}: ` : ''}${message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
}

/**
 * Asks the server, and answers with `data`.
 * Settings: `token` is the portal token of whoever is signed in, `signal` gives up.
 */
export async function graphql(query, variables = {}, settings = {}) {
  const { url = 'http://127.0.0.1:8080/graphql', token, signal } = settings;
  const response = await fetch(url, {
    method: 'POST',
    // With another content type the server refuses what a browser sends.
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: token }) },
    body: JSON.stringify({ query, variables }),
    signal,
  });
  // Errors have this shape whatever the HTTP status is.
  const { data, errors } = await response.json();
  if (errors) throw new GraphQLErrors(errors, data);
  return data;
}

/** All open opportunities, asked for page by page as they are used. */
export async function* openOpportunities(first = 100, settings = {}) {
  const query = `query Open($first: Int!, $after: String) {
    opportunities(first: $first, after: $after, filter: { stageType: OPEN }) {
      pageInfo { hasNextPage endCursor }
      nodes { id title contact { id displayName } }
    }
  }`;
  for (let after; after !== null; ) {
    const { opportunities } = await graphql(query, { first, after }, settings);
    yield* opportunities.nodes;
    after = opportunities.pageInfo.hasNextPage ? opportunities.pageInfo.endCursor : null;
  }
}
