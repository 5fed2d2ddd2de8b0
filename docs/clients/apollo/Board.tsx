import { gql, type TypedDocumentNode } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import { codeOf } from './client';

interface BoardData {
  opportunities: {
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    edges: { cursor: string; node: { id: string; title: string; contact: { id: string; displayName: string } | null } }[];
  } | null;
}

// The folder codegen/ writes such types for you.
const BOARD: TypedDocumentNode<BoardData, { first: number; after?: string | null }> = gql`
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
          contact {
            id
            displayName
          }
        }
      }
    }
  }
`;

export function Board({ first = 25 }) {
  const { data, error, fetchMore } = useQuery(BOARD, { variables: { first } });
  if (error && !data?.opportunities) return <p>{codeOf(error) ?? 'The server cannot be reached.'}</p>;
  if (!data?.opportunities) return <p>…</p>;

  const { edges, pageInfo } = data.opportunities;
  return (
    <>
      <ol>
        {edges.map(({ node }) => (
          <li key={node.id}>
            <b>{node.title}</b> {node.contact?.displayName}
          </li>
        ))}
      </ol>
      {pageInfo.hasNextPage && (
        <button onClick={() => fetchMore({ variables: { after: pageInfo.endCursor } })}>More</button>
      )}
    </>
  );
}
