import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay';
import type { CustomerOpportunities_contact$key } from './__generated__/CustomerOpportunities_contact.graphql';
import type { CustomerOpportunitiesRefetch } from './__generated__/CustomerOpportunitiesRefetch.graphql';
import type { CustomerQuery } from './__generated__/CustomerQuery.graphql';

export function Customer({ id, first = 25 }: { id: string; first?: number }) {
  const { contact } = useLazyLoadQuery<CustomerQuery>(
    graphql`
      query CustomerQuery($id: ID!, $first: Int!) {
        contact(id: $id) {
          displayName
          ...CustomerOpportunities_contact @arguments(first: $first)
        }
      }
    `,
    { id, first },
  );
  if (!contact) return <p>There is no such customer, or it is hidden.</p>;
  return (
    <>
      <h1>{contact.displayName}</h1>
      <Opportunities contact={contact} first={first} />
    </>
  );
}

function Opportunities({ contact, first }: { contact: CustomerOpportunities_contact$key; first: number }) {
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
  return (
    <>
      <ol>
        {data.opportunities?.edges.map(({ node }) => (
          <li key={node.id}>{node.title}</li>
        ))}
      </ol>
      {hasNext && <button onClick={() => loadNext(first)}>More</button>}
    </>
  );
}
