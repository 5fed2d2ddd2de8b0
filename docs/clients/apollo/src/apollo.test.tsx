import { breakPortal, click, failure, items, mendPortal, network, screens, session, twoPages, url } from '../../testing/support';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gql, type NormalizedCacheObject, type Reference } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { render, screen, waitFor } from '@testing-library/react';
import { parse } from 'graphql';
import { Board } from './Board';
import { codeOf, createCache, createClient, messageOf } from './client';

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

const show = (client: ReturnType<typeof createClient>) =>
  render(
    <ApolloProvider client={client}>
      <Board first={2} />
    </ApolloProvider>,
  );
const rows = (expected: string[]) => waitFor(() => assert.deepEqual(items(), expected));

test('More appends a page', async () => {
  show(createClient({ url }));
  await click('More');
  await rows(twoPages);
});

test('when More fails, the rows stay, and it can be tried again', async () => {
  show(createClient({ url }));
  await rows(twoPages.slice(0, 2));

  await breakPortal('crm/opportunity/filter'); // the list is null
  await click('More');
  assert.match((await failure()) ?? '', /^opportunities: /);
  await rows(twoPages.slice(0, 2));
  await mendPortal();
  network.isDown = true;
  await click('Try again');
  await screen.findByText(/^The server cannot be reached/);
  await rows(twoPages.slice(0, 2));
  network.isDown = false;

  await click('Try again');
  await rows(twoPages);
  assert.equal(screen.queryByRole('alert'), null);
  await breakPortal('crm/opportunity/tag/{id}'); // the page is there, but for two fields
  await click('More');
  assert.match((await failure()) ?? '', /^opportunities\.(edges|nodes)\[0\].*\.tags: .+ \(and 1 more\)$/);
  await waitFor(() => assert.equal(items().length, 6));
  await mendPortal();
  await click('Try again');
  await waitFor(() => assert.equal(screen.queryByRole('alert'), null));
  assert.deepEqual(items().slice(0, 4), twoPages);
  assert.equal(new Set(items()).size, 6);
});

test('the first page can be tried again', async () => {
  await breakPortal('crm/opportunity/filter');
  show(createClient({ url }));
  assert.match((await failure()) ?? '', /^opportunities: /);
  await mendPortal();
  await click('Try again');
  await rows(twoPages.slice(0, 2));
  assert.equal(screen.queryByRole('alert'), null);
});

test('refreshing keeps the pages that are there, even if it fails', async () => {
  show(createClient({ url }));
  await click('More');
  await rows(twoPages);

  await breakPortal('crm/opportunity/filter');
  await click('Refresh');
  assert.match((await failure()) ?? '', /^opportunities: /);
  await rows(twoPages);
  await mendPortal();
  await click('Try again');
  await waitFor(() => assert.equal(screen.queryByRole('alert'), null));
  await rows(twoPages);
  await click('Refresh');
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(items(), twoPages);
  await click('More'); // goes on after them
  await waitFor(() => assert.equal(new Set(items()).size, 6));
  assert.deepEqual(items().slice(0, 4), twoPages);
});

test('a list that has changed meanwhile has each row once, and no gap', async () => {
  const cache = createCache();
  const query = gql`query ($first: Int, $after: String) {
    opportunities(first: $first, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor node { id } } }
  }`;
  const write = (ids: string, after: string | null, hasNextPage = true) =>
    cache.writeQuery({
      query,
      variables: { after },
      data: {
        opportunities: {
          __typename: 'OpportunityConnection',
          pageInfo: { __typename: 'PageInfo', hasNextPage, endCursor: ids.at(-1) },
          edges: [...ids].map((id) => ({
            __typename: 'OpportunityEdge',
            cursor: id,
            node: { __typename: 'Opportunity', id },
          })),
        },
      },
    });
  const read = () => {
    const { opportunities } = cache.readQuery<any>({ query });
    const { hasNextPage, endCursor } = opportunities.pageInfo;
    return `${opportunities.edges.map(({ node }: any) => node.id).join('')} ${hasNextPage ? `more after ${endCursor}` : 'all'}`;
  };
  write('ab', null);
  write('cd', 'b');
  assert.equal(read(), 'abcd more after d');
  write('ab', null);
  assert.equal(read(), 'abcd more after d');
  write('na', null); // n is new
  assert.equal(read(), 'nabcd more after d');
  write('nb', null); // a is gone
  assert.equal(read(), 'nbcd more after d');
  write('dn', null); // d has moved, and b may have: the rest is as it was
  assert.equal(read(), 'dnbc more after d');
  write('xy', null); // all are new, and what is between them and b is not known
  assert.equal(read(), 'xy more after y');
  write('z', 'y', false);
  assert.equal(read(), 'xyz all');
  write('x', null, false);
  assert.equal(read(), 'x all');
});

test('being signed out is told each time, wherever it stands', async () => {
  let signedOut = 0;
  const { token, signIn, expire } = session();
  show(createClient({ url, token, onSignedOut: () => signedOut++ }));
  await failure();
  assert.equal(signedOut, 1);
  signIn();
  await click('Try again');
  await rows(twoPages.slice(0, 2));
  expire();
  await click('More');
  await failure();
  assert.equal(signedOut, 2);
  signIn();
  await click('Try again');
  await rows(twoPages);
  expire();
  await click('Refresh');
  await failure();
  assert.equal(signedOut, 3);
  await rows(twoPages);

  const mixed = createClient({ url, token: () => 'nobody', onSignedOut: () => signedOut++ });
  const query = gql`{ contact(id: "x") { id } opportunity(id: 3101) { id } }`;
  const { error } = await mixed.query({ query });
  assert.equal(codeOf(error), 'UNAUTHENTICATED');
  assert.equal(signedOut, 4);
});

test('many failed fields are one message', async () => {
  await breakPortal('crm/opportunity/tag/{id}');
  const query = gql`{ opportunities(first: 14) { nodes { id tags } } }`;
  const { error } = await createClient({ url }).query({ query });
  assert.ok(error);
  assert.match(messageOf(error), /^opportunities\.nodes\[\d+\]\.tags: [^(]+ \(and 13 more\)$/);
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
