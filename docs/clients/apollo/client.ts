import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { relayStylePagination } from '@apollo/client/utilities';
import possibleTypes from './possible-types';

export interface Settings {
  url: string;
  /** The portal token of whoever is signed in, read before each request. */
  token?: () => string | undefined;
  /** The portal does not know the caller (any more): show the sign-in page. */
  onSignedOut?: () => void;
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
          opportunities: relayStylePagination(['filter', 'orderBy']),
          contacts: relayStylePagination(['filter', 'orderBy']),
          tasks: relayStylePagination(['filter']),
          history: relayStylePagination(['filter']),
          // What a list has brought is there at once when its page opens.
          opportunity: {
            read: (known, { args, toReference }) =>
              known === undefined ? toReference({ __typename: 'Opportunity', id: args?.id }) : known,
          },
        },
      },
      Opportunity: {
        fields: {
          tasks: relayStylePagination(['isClosed']),
          history: relayStylePagination(),
        },
      },
      Contact: { fields: { opportunities: relayStylePagination(['filter', 'orderBy']) } },
      Stage: { fields: { opportunities: relayStylePagination(['filter', 'orderBy']) } },
    },
  });
}

/** The `extensions.code` of an error; undefined when the server was not reached. */
export function codeOf(error: unknown): string | undefined {
  return CombinedGraphQLErrors.is(error) ? (error.errors[0]?.extensions?.code as string) : undefined;
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
    defaultOptions: { query: { errorPolicy: 'all' }, watchQuery: { errorPolicy: 'all' } },
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
    }
  }
}
