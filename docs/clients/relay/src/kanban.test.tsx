import { url } from '../../testing/support';
import { type Column, testKanban } from '../../testing/kanban';
import { fetchQuery, graphql } from 'react-relay';
import { createOperationDescriptor, getRequest } from 'relay-runtime';
import type { kanbanTestMoreQuery } from './__generated__/kanbanTestMoreQuery.graphql';
import type { kanbanQuery, kanbanQuery$data } from './__generated__/kanbanQuery.graphql';
import { createEnvironment } from './environment';
import { createCard, deleteCard, editCard, KANBAN, moveCard } from './kanban';

const MORE = graphql`
  query kanbanTestMoreQuery($nodeId: ID!, $after: String) {
    node(nodeId: $nodeId) {
      ... on Stage {
        opportunities(first: 20, after: $after, orderBy: { field: ID, direction: DESC }) @connection(key: "kanban_opportunities", filters: []) {
          edges {
            node {
              ...kanban_card @relay(mask: false)
            }
          }
        }
      }
    }
  }
`;

testKanban(async () => {
  const environment = createEnvironment({ url });
  let columns: (Column & { nodeId: string })[] = [];
  const show = ({ stages }: kanbanQuery$data) =>
    (columns = stages!.map(({ id, nodeId, title, opportunities }) => ({
      id,
      nodeId,
      title,
      totalCount: opportunities?.totalCount,
      cards: opportunities!.edges.map(({ node }) => node),
      endCursor: opportunities!.pageInfo.endCursor,
    })));
  const operation = createOperationDescriptor(getRequest(KANBAN), {});
  const retained = environment.retain(operation);
  await fetchQuery<kanbanQuery>(environment, KANBAN, {}).toPromise();
  const first = environment.lookup(operation.fragment);
  show(first.data as unknown as kanbanQuery$data);
  const watching = environment.subscribe(first, ({ data }) => show(data as unknown as kanbanQuery$data));
  const nodeIdOf = (id: string) => columns.flatMap(({ cards }) => cards as { id: string; nodeId?: string }[]).find((card) => card.id === id)!.nodeId!;
  return {
    columns: () => columns,
    move: (card, stage) => moveCard(environment, card, { nodeId: '', ...stage }),
    edit: (input) => editCard(environment, { id: input.id, nodeId: nodeIdOf(input.id) }, input),
    create: (input) => createCard(environment, input),
    delete: (card) => deleteCard(environment, card),
    more(stage, after) {
      const { nodeId } = columns.find(({ id }) => id === stage)!;
      return fetchQuery<kanbanTestMoreQuery>(environment, MORE, { nodeId, after }).toPromise();
    },
    close() {
      watching.dispose();
      retained.dispose();
    },
  };
});
