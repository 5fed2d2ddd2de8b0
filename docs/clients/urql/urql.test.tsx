import { items, screens, twoPages, url } from '../testing/support';
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { type Client, gql, Provider } from 'urql';
import { Board } from './Board';
import { codeOf, createClient } from './client';

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
    assert.doesNotMatch(warning, /`(Address|Currency|EntityPointer|Tag)`/);
  }
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

test('More appends a page', async () => {
  render(
    <Provider value={createClient({ url })}>
      <Board first={2} />
    </Provider>,
  );
  fireEvent.click(await screen.findByText('More'));
  await waitFor(() => assert.deepEqual(items(), twoPages));
  cleanup();
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
