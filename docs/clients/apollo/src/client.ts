import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  type FieldMergeFunction,
  HttpLink,
  InMemoryCache,
  type Reference,
} from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { type RelayFieldPolicy, relayStylePagination } from '@apollo/client/utilities';
import possibleTypes from './possible-types';

export interface Settings {
  url: string;
  /** The portal token of whoever is signed in, read before each request. */
  token?: () => string | undefined;
  /** The portal does not know the caller (any more): show the sign-in page. */
  onSignedOut?: () => void;
}

/**
 * A list, whose pages are joined. What relayStylePagination would drop stays: the
 * pages after the one that is asked for again. A row that has moved meanwhile is
 * there once. Where the new page does not lead to the old ones, they go.
 */
function pages(keyArgs: string[] = []): RelayFieldPolicy<Reference> {
  const policy = relayStylePagination(keyArgs);
  const join = policy.merge as FieldMergeFunction;
  return {
    ...policy,
    merge(existing, incoming, options) {
      const joined: NonNullable<typeof existing> | null = join(existing, incoming, options);
      if (!existing || !joined || !incoming?.edges || options.args?.before) return joined;
      const keyOf = (edge?: object) => options.readField<Reference>('node', edge as Reference)?.__ref ?? edge;
      const edges = new Map(joined.edges.map((edge) => [keyOf(edge), edge]));

      const end = existing.edges.findIndex((edge) => keyOf(edge) === keyOf(joined.edges.at(-1)));
      const isEnd = end < 0 || incoming.pageInfo?.hasNextPage === false;
      const rest = isEnd ? [] : existing.edges.slice(end + 1);
      for (const edge of rest) if (!edges.has(keyOf(edge))) edges.set(keyOf(edge), edge);
      const { hasNextPage, endCursor } = (rest.length > 0 ? existing : joined).pageInfo;
      return { ...joined, edges: [...edges.values()], pageInfo: { ...joined.pageInfo, hasNextPage, endCursor } };
    },
  };
}

export function createCache() {
  return new InMemoryCache({
    // Person and Company are what `Contact` can be. Without this, fragments on
    // an interface read nothing, and the policies of Contact below are not theirs.
    ...possibleTypes,
    typePolicies: {
      // Apollo keys an object by __typename and `id`, which is right wherever
      // there is an `id`, CustomField included: select it. These have none:
      Currency: { keyFields: ['abbreviation'] },
      Tag: { keyFields: ['title'] },

      // A list is one list in the cache, whatever `first` and `after` were; each
      // filter and order is a list of its own. Select `edges`: pages of `nodes`
      // would replace each other.
      Query: {
        fields: {
          opportunities: pages(['filter', 'orderBy']),
          contacts: pages(['filter', 'orderBy']),
          tasks: pages(['filter']),
          history: pages(['filter']),
          // What a list has brought is there at once when its page opens.
          opportunity: {
            read: (known, { args, toReference }) =>
              known === undefined ? toReference({ __typename: 'Opportunity', id: args?.id }) : known,
          },
        },
      },
      Opportunity: {
        fields: {
          tasks: pages(['isClosed']),
          history: pages(),
        },
      },
      Contact: { fields: { opportunities: pages(['filter', 'orderBy']) } },
      Stage: { fields: { opportunities: pages(['filter', 'orderBy']) } },
    },
  });
}

const errorsOf = (error: unknown) => (CombinedGraphQLErrors.is(error) ? error.errors : []);

/**
 * The `extensions.code` of an error; undefined when the server was not reached.
 * Of several it is the first, but UNAUTHENTICATED wherever that stands.
 */
export function codeOf(error: unknown): string | undefined {
  const codes = errorsOf(error).map(({ extensions }) => extensions?.code as string | undefined);
  return codes.find((code) => code === 'UNAUTHENTICATED') ?? codes[0];
}

/** All that has failed in one line: what stands first, where, and how much more. */
export function messageOf(error: unknown): string {
  const [first, ...others] = errorsOf(error);
  if (!first) return 'The server cannot be reached.';
  const place = first.path?.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('').slice(1);
  return `${place ? `${place}: ` : ''}${first.message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
}

export type Outcome = 'DONE' | 'NOT_DONE' | 'UNKNOWN';

/**
 * What became of a write that has errors: with DONE only its answer has them, and with
 * UNKNOWN it may have been done, or in part, so read before you write again.
 */
export function outcomeOf(error: unknown): Outcome | undefined {
  if (!error) return undefined;
  const errors = errorsOf(error);
  if (errors.length === 0) return 'UNKNOWN'; // the connection broke, perhaps after the request had arrived
  const outcomes = new Set(errors.map(({ extensions }) => extensions?.outcome as Outcome | undefined));
  return outcomes.size > 1 ? 'UNKNOWN' : [...outcomes][0];
}

export function createClient({ url, token, onSignedOut }: Settings) {
  return new ApolloClient({
    cache: createCache(),
    link: ApolloLink.from([
      new ErrorLink(({ error }) => {
        if (codeOf(error) === 'UNAUTHENTICATED') onSignedOut?.();
      }),
      new SetContextLink(({ headers }) => {
        const authorization = token?.();
        return { headers: authorization ? { ...headers, authorization } : headers };
      }),
      new HttpLink({ uri: url }),
    ]),
    // A field that failed is null and the rest of the answer is good: keep it,
    // and hand over the error as well. Apollo's own default throws both away.
    // And what is asked for again does not make the pages of a list forgotten.
    defaultOptions: {
      query: { errorPolicy: 'all' },
      watchQuery: { errorPolicy: 'all', refetchWritePolicy: 'merge' },
      mutate: { errorPolicy: 'all' },
    },
  });
}

// Tells TypeScript of these defaults, so that `data` may be undefined.
declare module '@apollo/client' {
  namespace ApolloClient {
    namespace DeclareDefaultOptions {
      interface Query {
        errorPolicy: 'all';
      }
      interface WatchQuery {
        errorPolicy: 'all';
      }
      interface Mutate {
        errorPolicy: 'all';
      }
    }
  }
}
