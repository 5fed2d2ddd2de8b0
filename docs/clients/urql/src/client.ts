import { cacheExchange, type CacheExchangeOpts, type Resolver } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { Client, type CombinedError, fetchExchange, mapExchange } from 'urql';
import possibleTypes from './possible-types';

export interface Settings {
  url: string;
  /** The portal token of whoever is signed in, read before each request. */
  token?: () => string | undefined;
  /** The portal does not know the caller (any more): show the sign-in page. */
  onSignedOut?: () => void;
  /** What writes do to the lists that are there. */
  writes?: Pick<CacheExchangeOpts, 'updates' | 'optimistic'>;
}

const embedded = () => null;

// What a list has brought is there at once when its page opens.
const fromLists: Resolver = (_parent, args, cache, info) => {
  const known = cache.resolve(info.parentKey, info.fieldName, args);
  return known === undefined ? `Opportunity:${args.id}` : known;
};

/** A normalising cache that knows this schema. */
export const createCache = (writes: Settings['writes'] = {}) =>
  cacheExchange({
    ...writes,

    // Person and Company are what `Contact` can be. Without this, Graphcache
    // guesses which fragments on an interface fit, and warns.
    ...possibleTypes,
    // It still warns that `... on Person { jobTitle }` is undefined on a Company.
    // The server answers every field that it was asked for, so that is never news.
    logger(severity, message) {
      if (severity !== 'debug' && !message.startsWith('Invalid undefined')) console[severity](message);
    },

    // Graphcache keys an object by __typename and `id`, which is right wherever
    // there is an `id`, CustomField included: select it. These have none:
    keys: {
      Currency: (currency) => currency.abbreviation as string,
      Tag: (tag) => tag.title as string,
      Address: embedded,
      EntityPointer: embedded,
      Portal: embedded,
    },

    // A list is one list in the cache, whatever `first` and `after` were; each
    // filter and order is a list of its own. `edges` and `nodes` both work.
    resolvers: {
      Query: {
        opportunities: relayPagination(),
        contacts: relayPagination(),
        tasks: relayPagination(),
        history: relayPagination(),
        opportunity: fromLists,
      },
      Opportunity: { tasks: relayPagination(), history: relayPagination() },
      // Resolvers of an interface are not those of its types.
      Company: { opportunities: relayPagination() },
      Person: { opportunities: relayPagination() },
      Stage: { opportunities: relayPagination() },
    },
  });

/**
 * Takes what has failed out of an answer, where it is null: the cache would
 * forget what it has in its place, such as the first page of a list.
 */
function leaveOutFailed(data: any, path: readonly (string | number)[] = []) {
  for (const part of path) {
    if (data?.[part] === null && !Array.isArray(data)) delete data[part];
    data = data?.[part];
  }
}

/**
 * The `extensions.code` of an error; undefined when the server was not reached.
 * Of several it is the first, but UNAUTHENTICATED wherever that stands.
 */
export function codeOf(error: CombinedError | undefined): string | undefined {
  const codes = error?.graphQLErrors.map(({ extensions }) => extensions?.code as string | undefined) ?? [];
  return codes.find((code) => code === 'UNAUTHENTICATED') ?? codes[0];
}

/** All that has failed in one line: what stands first, where, and how much more. */
export function messageOf(error: CombinedError): string {
  const [first, ...others] = error.graphQLErrors;
  if (!first) return 'The server cannot be reached.';
  const place = first.path?.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('').slice(1);
  return `${place ? `${place}: ` : ''}${first.message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
}

export type Outcome = 'DONE' | 'NOT_DONE' | 'UNKNOWN';

/**
 * What became of a write that has errors: with DONE only its answer has them, and with
 * UNKNOWN it may have been done, or in part, so read before you write again.
 */
export function outcomeOf(error: CombinedError | undefined): Outcome | undefined {
  if (!error) return undefined;
  if (error.graphQLErrors.length === 0) return 'UNKNOWN'; // the connection broke, perhaps after the request had arrived
  const outcomes = new Set(error.graphQLErrors.map(({ extensions }) => extensions?.outcome as Outcome | undefined));
  return outcomes.size > 1 ? 'UNKNOWN' : [...outcomes][0];
}

export const createClient = ({ url, token, onSignedOut, writes }: Settings) =>
  new Client({
    url,
    exchanges: [
      mapExchange({
        onError(error) {
          if (codeOf(error) === 'UNAUTHENTICATED') onSignedOut?.();
        },
      }),
      createCache(writes),
      mapExchange({
        onResult({ data, error }) {
          for (const { path } of error?.graphQLErrors ?? []) leaveOutFailed(data, path);
        },
      }),
      fetchExchange,
    ],
    fetchOptions: () => {
      const authorization = token?.();
      return authorization ? { headers: { authorization } } : {};
    },
    // urql would send queries by GET, which the server refuses from a browser
    // (CSRF_BLOCKED): any page could send those.
    preferGetMethod: false,
  });
