import { items, screens, twoPages, url } from '../testing/support';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gql, type NormalizedCacheObject, type Reference } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { parse } from 'graphql';
import { Board } from './Board';
import { codeOf, createClient } from './client';

type Dictionary = Record<string, Record<string, unknown>>;

test('values, contacts and currencies are one entry each', async () => {
  const client = createClient({ url });
  const query = gql`
    query Cards($ids: [ID!]!) {
      opportunitiesByIds(ids: $ids) {
        id
        contact {
          id
          displayName
        }
        bidCurrency {
          abbreviation
          symbol
        }
        customFields {
          id
          fieldId
          fieldValue
        }
      }
    }
  `;
  // 3101 and 3109 have fields in common, 3101 and 3106 the customer.
  const variables = { ids: ['3101', '3109', '3106'] };
  const fresh = await client.query({ query, variables });
  const cached = await client.query({ query, variables, fetchPolicy: 'cache-only' });
  assert.ok(fresh.data);
  assert.deepEqual(cached.data, fresh.data);

  const cache = client.cache.extract() as NormalizedCacheObject & Dictionary;
  assert.equal(cache['CustomField:opportunity:3101:74']?.fieldValue, 'Nordics');
  assert.equal(cache['CustomField:opportunity:3109:74']?.fieldValue, 'Asia / Pacific');
  const contacts = ['3101', '3106'].map((id) => (cache[`Opportunity:${id}`]?.contact as Reference).__ref);
  assert.deepEqual(contacts, ['Company:1001', 'Company:1001']);
  assert.equal(cache['Company:1001']?.displayName, 'Nordfrakt Logistics AB');
  assert.equal(cache['Currency:{"abbreviation":"EUR"}']?.symbol, '€');
});

test('every screen is the same from the cache', async () => {
  for (const screen of screens()) {
    const client = createClient({ url });
    const query = parse(screen.query);
    const fresh = await client.query({ query });
    assert.equal(fresh.error, undefined, screen.name);
    const cached = await client.query({ query, fetchPolicy: 'cache-only' });
    assert.deepEqual(cached.data, fresh.data, screen.name);
  }
});

test('an opportunity of a list opens without a request', async () => {
  const client = createClient({ url });
  await client.query({ query: gql`{ opportunities(first: 1) { edges { node { id title } } } }` });
  const { data } = await client.query({
    query: gql`{ opportunity(id: 3101) { id title } }`,
    fetchPolicy: 'cache-only',
  });
  assert.deepEqual(data, { opportunity: { __typename: 'Opportunity', id: '3101', title: 'Fleet telematics rollout' } });

  const gone = await client.query({ query: gql`{ opportunity(id: 999999) { id } }` });
  assert.deepEqual(gone.data, { opportunity: null });
  assert.equal(gone.error, undefined);
});

test('a fragment on an interface is read, and its policies are those of its types', async () => {
  const client = createClient({ url });
  const query = gql`
    query Customer($after: String) {
      contact(id: 1013) {
        ... on Contact {
          id
          displayName
          opportunities(first: 2, after: $after) {
            pageInfo {
              endCursor
            }
            edges {
              node {
                id
              }
            }
          }
        }
      }
    }
  `;
  interface Page {
    contact: { opportunities: { pageInfo: { endCursor: string }; edges: { node: { id: string } }[] } };
  }
  const first = (await client.query({ query })).data as Page;
  const { endCursor } = first.contact.opportunities.pageInfo;
  await client.query({ query, variables: { after: endCursor }, fetchPolicy: 'network-only' });
  const both = (await client.query({ query, fetchPolicy: 'cache-only' })).data as Page;
  const ids = both.contact.opportunities.edges.map((edge) => edge.node.id);
  assert.equal(ids.length, 4);
  assert.equal(new Set(ids).size, 4);
});

test('More appends a page', async () => {
  render(
    <ApolloProvider client={createClient({ url })}>
      <Board first={2} />
    </ApolloProvider>,
  );
  fireEvent.click(await screen.findByText('More'));
  await waitFor(() => assert.deepEqual(items(), twoPages));
  cleanup();
});

test('errors arrive with their code', async () => {
  let signedOut = 0;
  const client = createClient({ url, token: () => 'nobody', onSignedOut: () => signedOut++ });
  const stranger = await client.query({ query: gql`{ opportunity(id: 3101) { id } }` });
  assert.equal(codeOf(stranger.error), 'UNAUTHENTICATED');
  assert.equal(signedOut, 1);

  const anna = createClient({ url });
  const partial = await anna.query({
    query: gql`{ opportunity(id: 3101) { id } contact(id: "x") { id } }`,
  });
  assert.equal(codeOf(partial.error), 'BAD_USER_INPUT');
  assert.deepEqual(partial.data, { opportunity: { __typename: 'Opportunity', id: '3101' }, contact: null });

  const refused = await anna.query({ query: gql`{ nothing }` });
  assert.equal(codeOf(refused.error), 'GRAPHQL_VALIDATION_FAILED');
  const unreachable = await createClient({ url: 'http://127.0.0.1:1/graphql' }).query({ query: gql`{ viewer { id } }` });
  assert.ok(unreachable.error);
  assert.equal(codeOf(unreachable.error), undefined);
});
