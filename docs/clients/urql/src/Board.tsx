import { useState } from 'react';
import { type CombinedError, useClient, useQuery } from 'urql';
import { graphql } from './__generated__';
import { messageOf } from './client';

// What can fail alone is `@_optional`, which is for the cache: it would drop the
// page without it.
const BOARD = graphql(`
  query Board($first: Int!, $after: String) {
    opportunities(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        title
        tags @_optional
        contact {
          id
          displayName
        }
      }
    }
  }
`);

/** A list that grows by pages. Whatever fails, the rows that are there stay. */
export function Board({ first = 25 }) {
  const client = useClient();
  // Asking for a further page answers with all pages up to it: the cache joins them.
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }] = useQuery({ query: BOARD, variables: { first, after } });
  const opportunities = useLast(data?.opportunities);
  const [failure, setFailure] = useState<{ error: CombinedError; retry: () => void }>();

  // A page is shown when it is there: until then, the list is what it was.
  async function load(after: string | null) {
    setFailure(undefined);
    const { data, error } = await client.query(BOARD, { first, after }, { requestPolicy: 'network-only' });
    if (error) setFailure({ error, retry: () => load(after) });
    if (data?.opportunities && after) setAfter(after);
  }

  const shown = failure ?? (error && { error, retry: () => load(after) });
  return (
    <>
      {opportunities ? (
        <ol>
          {opportunities.nodes.map((opportunity) => (
            <li key={opportunity.id}>
              <b>{opportunity.title}</b> {opportunity.contact?.displayName}
            </li>
          ))}
        </ol>
      ) : (
        !shown && <p>…</p>
      )}
      {shown && (
        <p role="alert">
          {messageOf(shown.error)} <button onClick={shown.retry}>Try again</button>
        </p>
      )}
      {opportunities?.pageInfo.hasNextPage && (
        <button onClick={() => load(opportunities.pageInfo.endCursor ?? null)}>More</button>
      )}
      {opportunities && <button onClick={() => load(null)}>Refresh</button>}
    </>
  );
}

/** The last value that was there. Where a list can become another, by a filter, give `Board` a `key`. */
function useLast<T>(value: T | null | undefined): T | undefined {
  const [last, setLast] = useState<T>();
  if (value && value !== last) setLast(value);
  return value ?? last;
}
