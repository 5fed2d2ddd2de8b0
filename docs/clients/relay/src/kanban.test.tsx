import { url } from '../../testing/support';
import { type Column, testKanban } from '../../testing/kanban';
import { fetchQuery } from 'react-relay';
import { createOperationDescriptor, getRequest } from 'relay-runtime';
import type { kanbanQuery, kanbanQuery$data } from './__generated__/kanbanQuery.graphql';
import { createEnvironment } from './environment';
import { createCard, deleteCard, editCard, KANBAN, moveCard } from './kanban';

testKanban(async () => {
  const environment = createEnvironment({ url });
  let columns: Column[] = [];
  const show = ({ stages }: kanbanQuery$data) =>
    (columns = stages!.map(({ id, nodeId, title, opportunities }) => ({
      id,
      nodeId,
      title,
      totalCount: opportunities?.totalCount,
      cards: opportunities!.edges.map(({ node }) => node),
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
    close() {
      watching.dispose();
      retained.dispose();
    },
  };
});
