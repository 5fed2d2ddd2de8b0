import { url } from '../../testing/support';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gql } from 'urql';
import { type Column, nextPage, testKanban } from '../../testing/kanban';
import { createClient } from './client';
import { createCard, deleteCard, editCard, KANBAN, moveCard, optimistic, updates } from './kanban';

testKanban(async () => {
  const client = createClient({ url, writes: { updates, optimistic } });
  let columns: Column[] = [];
  await client.query(KANBAN, {});
  const watching = client.query(KANBAN, {}).subscribe(({ data }) => {
    columns = data!.stages!.map(({ id, title, opportunities }) => ({
      id,
      title,
      totalCount: opportunities?.totalCount,
      cards: opportunities!.nodes,
      endCursor: opportunities!.pageInfo.endCursor,
    }));
  });
  return {
    columns: () => columns,
    move: (card, stage) => moveCard(client, card, stage),
    edit: (input) => editCard(client, input),
    create: (input) => createCard(client, input),
    delete: (card) => deleteCard(client, card),
    more: (stage, after) => client.query(nextPage('nodes { ...Card }'), { stage, after }).toPromise(),
    close: () => watching.unsubscribe(),
  };
});

test('a card that another screen asks for in part stays where it is', async () => {
  const client = createClient({ url, writes: { updates, optimistic } });
  const before = await client.query(KANBAN, {});
  await client.query(gql`{ opportunity(id: 3448) { id title } }`, {});
  const after = await client.query(KANBAN, {}, { requestPolicy: 'cache-only' });
  assert.deepEqual(after.data, before.data);
});
