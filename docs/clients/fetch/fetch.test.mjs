import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graphql, GraphQLErrors, openOpportunities } from './graphql.mjs';

const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:8080/graphql';

test('pages follow each other', async () => {
  const ids = [];
  for await (const opportunity of openOpportunities(2, { url })) {
    ids.push(opportunity.id);
    if (ids.length === 5) break;
  }
  const query = 'query ($first: Int) { opportunities(first: $first, filter: { stageType: OPEN }) { nodes { id } } }';
  const { opportunities } = await graphql(query, { first: 5 }, { url });
  assert.deepEqual(ids, opportunities.nodes.map(({ id }) => id));
});

test('two opportunities have a value each of the same field', async () => {
  const query = '{ opportunitiesByIds(ids: [3101, 3109]) { region: customField(label: "Region") { id fieldId fieldValue } } }';
  const { opportunitiesByIds } = await graphql(query, {}, { url });
  assert.deepEqual(opportunitiesByIds.map(({ region }) => region), [
    { id: 'opportunity:3101:74', fieldId: '74', fieldValue: 'Nordics' },
    { id: 'opportunity:3109:74', fieldId: '74', fieldValue: 'Asia / Pacific' },
  ]);
});

test('errors arrive with their code and with what was answered', async () => {
  await assert.rejects(graphql('{ opportunity(id: 3101) { id } contact(id: "x") { id } }', {}, { url }), (error) => {
    assert.ok(error instanceof GraphQLErrors);
    assert.equal(error.code, 'BAD_USER_INPUT');
    assert.equal(error.retryable, false);
    assert.deepEqual(error.data, { opportunity: { id: '3101' }, contact: null });
    return true;
  });
  await assert.rejects(graphql('{ viewer { id } }', {}, { url, token: 'nobody' }), { code: 'UNAUTHENTICATED' });
  await assert.rejects(graphql('{ nothing }', {}, { url }), { code: 'GRAPHQL_VALIDATION_FAILED' });

  // Of many it is one message, and UNAUTHENTICATED is not overlooked.
  await assert.rejects(graphql('{ contact(id: "x") { id } viewer { id } }', {}, { url, token: 'nobody' }), (error) => {
    assert.match(error.message, /^(contact|viewer): .+ \(and 1 more\)$/);
    assert.equal(error.code, 'UNAUTHENTICATED');
    return true;
  });
});
