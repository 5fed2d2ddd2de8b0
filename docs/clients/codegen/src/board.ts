import { graphql } from './__generated__';
import type { BoardQuery } from './__generated__/graphql';
import { execute } from './execute';

export const Board = graphql(`
  query Board($first: Int!, $after: String, $filter: OpportunityFilter) {
    opportunities(first: $first, after: $after, filter: $filter) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        title
        bidValue
        expectedCloseDate
        contact {
          id
          displayName
          ... on Person {
            jobTitle
          }
        }
        customFields {
          id
          fieldId
          fieldValue
        }
      }
    }
  }
`);

/** All open opportunities, page by page. */
export async function* openOpportunities(first = 100) {
  for (let after: string | null | undefined; after !== null; ) {
    const { opportunities }: BoardQuery = await execute(Board, { first, after, filter: { stageType: 'OPEN' } });
    if (!opportunities) return; // never without an error, which execute throws
    yield* opportunities.nodes;
    after = opportunities.pageInfo.hasNextPage ? opportunities.pageInfo.endCursor : null;
  }
}
