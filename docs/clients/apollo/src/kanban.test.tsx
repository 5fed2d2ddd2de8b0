import { url } from '../../testing/support';
import { type Column, nextPage, testKanban } from '../../testing/kanban';
import { parse } from 'graphql';
import type { KanbanQuery } from './__generated__/graphql';
import { createClient } from './client';
import { createCard, deleteCard, editCard, KANBAN, moveCard } from './kanban';

testKanban(async () => {
  const client = createClient({ url });
  let columns: Column[] = [];
  const show = ({ stages }: KanbanQuery) =>
    (columns = stages!.map(({ id, title, opportunities }) => ({
      id,
      title,
      totalCount: opportunities?.totalCount,
      cards: opportunities!.edges.map(({ node }) => node),
      endCursor: opportunities!.pageInfo.endCursor,
    })));
  await client.query({ query: KANBAN });
  const watching = client.watchQuery({ query: KANBAN }).subscribe(({ data, dataState }) => {
    if (dataState === 'complete') show(data);
  });
  return {
    columns: () => columns,
    move: (card, stage) => moveCard(client, card, stage),
    edit: (input) => editCard(client, input),
    create: (input) => createCard(client, input),
    delete: (card) => deleteCard(client, card),
    more: (stage, after) =>
      client.query({ query: parse(nextPage('edges { cursor node { ...Card } }')), variables: { stage, after }, fetchPolicy: 'network-only' }),
    close: () => watching.unsubscribe(),
  };
});
