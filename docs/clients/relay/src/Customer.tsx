import { useState } from 'react';
import { fetchQuery, graphql, useLazyLoadQuery, usePaginationFragment, useRelayEnvironment } from 'react-relay';
import type { CustomerOpportunities_contact$key } from './__generated__/CustomerOpportunities_contact.graphql';
import type { CustomerOpportunitiesRefetch } from './__generated__/CustomerOpportunitiesRefetch.graphql';
import type { CustomerQuery } from './__generated__/CustomerQuery.graphql';
import { wordsOf } from './ErrorBoundary';

const CUSTOMER = graphql`
  query CustomerQuery($id: ID!, $first: Int!) {
    contact(id: $id) {
      displayName
      ...CustomerOpportunities_contact @arguments(first: $first)
    }
  }
`;

export function Customer({ id, first = 25, fetchKey }: { id: string; first?: number; fetchKey?: number }) {
  const { contact } = useLazyLoadQuery<CustomerQuery>(CUSTOMER, { id, first }, { fetchKey });
  const environment = useRelayEnvironment();
  if (!contact) return <p>There is no such customer, or it is hidden.</p>;

  // As many rows as there are, without suspending; 100 is the most for a page.
  const refresh = (rows: number, done: Done) => {
    const size = Math.min(Math.max(rows, first), 100);
    fetchQuery<CustomerQuery>(environment, CUSTOMER, { id, first: size }, { networkCacheConfig: { force: true } }).subscribe(
      { error: done, complete: () => done(null) },
    );
  };
  return (
    <>
      <h1>{contact.displayName}</h1>
      <Opportunities contact={contact} first={first} refresh={refresh} />
    </>
  );
}

type Done = (error: Error | null) => void;

interface ListProps {
  contact: CustomerOpportunities_contact$key;
  first: number;
  refresh: (rows: number, done: Done) => void;
}

/** A list that grows by pages. Whatever fails, the rows that are there stay. */
function Opportunities({ contact, first, refresh }: ListProps) {
  // Further pages are asked for by node(nodeId:), whatever the first came by.
  const { data, hasNext, loadNext } = usePaginationFragment<
    CustomerOpportunitiesRefetch,
    CustomerOpportunities_contact$key
  >(
    graphql`
      fragment CustomerOpportunities_contact on Contact
      @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
      @refetchable(queryName: "CustomerOpportunitiesRefetch") {
        opportunities(first: $first, after: $after) @connection(key: "CustomerOpportunities_opportunities") {
          edges {
            node {
              id
              title
              contact {
                displayName
              }
            }
          }
        }
      }
    `,
    contact,
  );
  const [failure, setFailure] = useState<{ error: Error; retry: () => void }>();

  function load(ask: (done: Done) => void) {
    setFailure(undefined);
    ask((error) => setFailure(error ? { error, retry: () => load(ask) } : undefined));
  }
  const more = () => load((done) => loadNext(first, { onComplete: done }));

  const edges = data.opportunities?.edges ?? [];
  return (
    <>
      <ol>
        {edges.map(({ node }) => (
          <li key={node.id}>{node.title}</li>
        ))}
      </ol>
      {failure && (
        <p role="alert">
          {wordsOf(failure.error)} <button onClick={failure.retry}>Try again</button>
        </p>
      )}
      {hasNext && <button onClick={more}>More</button>}
      <button onClick={() => load((done) => refresh(edges.length, done))}>Refresh</button>
    </>
  );
}
