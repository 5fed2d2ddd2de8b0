import { breakPortal, click, failure, items, mendPortal, network, screens, session, twoPages, url } from '../../testing/support';
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { render, screen, waitFor } from '@testing-library/react';
import { type Client, gql, Provider } from 'urql';
import { Board } from './Board';
import { codeOf, createClient, messageOf } from './client';

// Graphcache warns of objects without a key and of fragments that it guesses.
const warnings: string[] = [];
console.warn = (message) => warnings.push(message);
afterEach(() => assert.deepEqual(warnings.splice(0), []));

test('values and contacts are one entry each', async () => {
  const client = createClient({ url });
  const query = gql`
    query Cards($ids: [ID!]!) {
      opportunitiesByIds(ids: $ids) {
        id
        contact {
          id
          displayName
          addresses {
            city
          }
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
  const fresh = await client.query(query, variables);
  const cached = await client.query(query, variables, { requestPolicy: 'cache-only' });
  assert.ok(fresh.data);
  assert.deepEqual(cached.data, fresh.data);
  const [fleet, dubai] = cached.data.opportunitiesByIds;
  const region = ({ customFields }: any) => customFields.find((field: any) => field.fieldId === '74').fieldValue;
  assert.equal(region(fleet), 'Nordics');
  assert.equal(region(dubai), 'Asia / Pacific');

  // What is learnt of the customer through one opportunity is known through the other.
  await client.query(gql`{ opportunity(id: 3106) { id contact { id industry } } }`, {});
  const other = await client.query(
    gql`{ opportunity(id: 3101) { id contact { id displayName industry } } }`,
    {},
    { requestPolicy: 'cache-only' },
  );
  assert.equal(other.data?.opportunity.contact.displayName, 'Nordfrakt Logistics AB');
  assert.equal(other.data.opportunity.contact.industry, 'Transport & logistics');
});

test('every screen is the same from the cache', async () => {
  for (const screen of screens()) {
    const client = createClient({ url });
    const fresh = await client.query(screen.query, {});
    assert.equal(fresh.error, undefined, screen.name);
    const cached = await client.query(screen.query, {}, { requestPolicy: 'cache-only' });
    assert.deepEqual(cached.data, fresh.data, screen.name);
  }
  // Some screens do not ask for the id of what they only show: it is then kept
  // with what holds it, and told. The types that have no id are in `keys`.
  for (const warning of warnings.splice(0)) {
    assert.match(warning, /^Invalid key/);
    assert.doesNotMatch(warning, /`(Address|Currency|EntityPointer|Portal|Tag)`/);
  }
});

test('the portal has no key, and needs none', async () => {
  const { data } = await createClient({ url }).query(gql`{ portal { url } }`, {});
  assert.match(data?.portal.url, /^http/);
});

test('an opportunity of a list opens without a request', async () => {
  const client = createClient({ url });
  await client.query(gql`{ opportunities(first: 1) { nodes { id title } } }`, {});
  const one = gql`query One($id: ID!) { opportunity(id: $id) { id title } }`;
  const { data } = await client.query(one, { id: '3101' }, { requestPolicy: 'cache-only' });
  assert.equal(data?.opportunity.title, 'Fleet telematics rollout');

  const gone = await client.query(one, { id: '999999' });
  assert.deepEqual(gone.data, { opportunity: null });
  assert.equal(gone.error, undefined);
});

test('a fragment on an interface is read, and lists of its types are joined', async () => {
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
            nodes {
              id
            }
          }
        }
      }
    }
  `;
  const page = async (after: string | null) => (await client.query(query, { after })).data?.contact.opportunities;
  const first = await page(null);
  const both = await page(first.pageInfo.endCursor);
  const ids = both.nodes.map((opportunity: any) => opportunity.id);
  assert.equal(ids.length, 4);
  assert.equal(new Set(ids).size, 4);
});

const show = (client: Client) =>
  render(
    <Provider value={client}>
      <Board first={2} />
    </Provider>,
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
  const { error } = await mixed.query(query, {});
  assert.equal(codeOf(error), 'UNAUTHENTICATED');
  assert.equal(signedOut, 4);
});

test('many failed fields are one message', async () => {
  await breakPortal('crm/opportunity/tag/{id}');
  const query = gql`{ opportunities(first: 14) { nodes { id tags } } }`;
  const { error } = await createClient({ url }).query(query, {});
  assert.ok(error);
  assert.match(messageOf(error), /^opportunities\.nodes\[\d+\]\.tags: [^(]+ \(and 13 more\)$/);
});

test('errors arrive with their code', async () => {
  let signedOut = 0;
  const ask = (client: Client, query: string) => client.query(query, {});
  const stranger = createClient({ url, token: () => 'nobody', onSignedOut: () => signedOut++ });
  assert.equal(codeOf((await ask(stranger, '{ opportunity(id: 3101) { id } }')).error), 'UNAUTHENTICATED');
  assert.equal(signedOut, 1);

  const client = createClient({ url });
  const partial = await ask(client, '{ opportunity(id: 3101) { id title } contact(id: "x") { id } }');
  assert.equal(codeOf(partial.error), 'BAD_USER_INPUT');
  assert.equal(partial.data?.opportunity.id, '3101');
  assert.equal(codeOf((await ask(client, '{ nothing }')).error), 'GRAPHQL_VALIDATION_FAILED');

  const unreachable = await ask(createClient({ url: 'http://127.0.0.1:1/graphql' }), '{ viewer { id } }');
  assert.ok(unreachable.error);
  assert.equal(codeOf(unreachable.error), undefined);
});
