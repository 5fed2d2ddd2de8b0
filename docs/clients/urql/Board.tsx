import { useState } from 'react';
import { gql, type TypedDocumentNode, useQuery } from 'urql';
import { codeOf } from './client';

interface BoardData {
  opportunities: {
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: { id: string; title: string; contact: { id: string; displayName: string } | null }[];
  } | null;
}

// The folder codegen/ writes such types for you.
const BOARD: TypedDocumentNode<BoardData, { first: number; after: string | null }> = gql`
  query Board($first: Int!, $after: String) {
    opportunities(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        title
        contact {
          id
          displayName
        }
      }
    }
  }
`;

export function Board({ first = 25 }) {
  // Asking for a further page answers with all pages up to it: the cache joins them.
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }] = useQuery({ query: BOARD, variables: { first, after } });
  if (error && !data?.opportunities) return <p>{codeOf(error) ?? 'The server cannot be reached.'}</p>;
  if (!data?.opportunities) return <p>…</p>;

  const { nodes, pageInfo } = data.opportunities;
  return (
    <>
      <ol>
        {nodes.map((opportunity) => (
          <li key={opportunity.id}>
            <b>{opportunity.title}</b> {opportunity.contact?.displayName}
          </li>
        ))}
      </ol>
      {pageInfo.hasNextPage && <button onClick={() => setAfter(pageInfo.endCursor)}>More</button>}
    </>
  );
}
