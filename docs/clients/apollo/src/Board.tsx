import { useState } from 'react';
import { useQuery } from '@apollo/client/react';
import { graphql } from './__generated__';
import { messageOf } from './client';

const BOARD = graphql(`
  query Board($first: Int!, $after: String) {
    opportunities(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        cursor
        node {
          id
          title
          tags
          contact {
            id
            displayName
          }
        }
      }
    }
  }
`);

/** A list that grows by pages. Whatever fails, the rows that are there stay. */
export function Board({ first = 25 }) {
  const { data, error, fetchMore, refetch } = useQuery(BOARD, { variables: { first } });
  const opportunities = useLast(data?.opportunities);
  const [failure, setFailure] = useState<{ error: unknown; retry: () => void }>();

  async function load(ask: () => Promise<{ error?: unknown }>) {
    setFailure(undefined);
    const { error } = await ask().catch((error: unknown) => ({ error }));
    if (error) setFailure({ error, retry: () => load(ask) });
  }
  // Its own default, whatever the client's is, is to drop a page of which a field has failed.
  const more = (after?: string | null) => load(() => fetchMore({ variables: { after }, errorPolicy: 'all' }));
  const refresh = () => load(() => refetch());

  const shown = failure ?? (error && { error, retry: refresh });
  return (
    <>
      {opportunities ? (
        <ol>
          {opportunities.edges.map(({ node }) => (
            <li key={node.id}>
              <b>{node.title}</b> {node.contact?.displayName}
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
        <button onClick={() => more(opportunities.pageInfo.endCursor)}>More</button>
      )}
      {opportunities && <button onClick={refresh}>Refresh</button>}
    </>
  );
}

/** The last value that was there. Where a list can become another, by a filter, give `Board` a `key`. */
function useLast<T>(value: T | null | undefined): T | undefined {
  const [last, setLast] = useState<T>();
  if (value && value !== last) setLast(value);
  return value ?? last;
}
